// What a listener with replies = "ack" says, unless it is configured otherwise: one byte to each
// message and each empty line, in order. It says nothing else, not even a greeting.
#pragma once

#include <string_view>

namespace hark::byte_reply {

inline constexpr char ACK = '\x06';  // the message is in the log
inline constexpr char NAK = '\x15';  // it is not: the daemon must stop

// Whether a server whose first bytes are these replies so. No line of harkd's begins with them.
[[nodiscard]] constexpr bool begins(std::string_view bytes) noexcept {
    return !bytes.empty() && (bytes.front() == ACK || bytes.front() == NAK);
}

}  // namespace hark::byte_reply
