// The replies of a listener with replies = "ack", unless it is configured otherwise: one byte for
// each message and each empty line, in order. It sends nothing else, not even a greeting.
#pragma once

#include <string_view>

namespace hark::byte_reply {

inline constexpr char ACK = '\x06';  // the message is in the log
inline constexpr char NAK = '\x15';  // it is not, and the daemon stops

// Whether a server that begins with these bytes replies with bytes. No reply line begins that way.
[[nodiscard]] constexpr bool begins(std::string_view bytes) noexcept {
    return !bytes.empty() && (bytes.front() == ACK || bytes.front() == NAK);
}

}  // namespace hark::byte_reply
