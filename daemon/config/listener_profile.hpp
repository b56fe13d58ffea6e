// How a listener's peers are served. A connection copies this from its listener and keeps it, even
// if a reload changes the listener.
#pragma once

#include "common/framing/framing_options.hpp"
#include "common/text/charset.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

enum class ReplyMode : std::uint8_t {
    text,  // "250 ok #1"
    none,  // nothing is ever sent
    ack,   // some bytes for each message that is in the log, and nothing else
};
// "text", "none", "ack"
[[nodiscard]] constexpr std::string_view name(ReplyMode mode) noexcept {
    constexpr std::array<std::string_view, 3> NAMES{"text", "none", "ack"};
    return NAMES[static_cast<std::size_t>(mode)];
}

// Which connections leave records of their beginning and end.
enum class RecordConnections : std::uint8_t {
    all,
    used,  // those that sent a byte
    none,
};
// "all", "used", "none"
[[nodiscard]] constexpr std::string_view name(RecordConnections which) noexcept {
    constexpr std::array<std::string_view, 3> NAMES{"all", "used", "none"};
    return NAMES[static_cast<std::size_t>(which)];
}

struct ListenerProfile {
    FramingOptions framing{};
    CharsetMode charset = CharsetMode::automatic;
    bool telnet = true;  // recognise negotiation once a peer has used it
    ReplyMode replies = ReplyMode::text;
    // ReplyMode::ack: sent for a message that is in the log, and for one that is not.
    std::string ack{"\x06"};
    std::string nak{"\x15"};
    RecordConnections record_connections = RecordConnections::all;
    // The address of the listener, once it is bound.
    std::string listener{};
    friend bool operator==(const ListenerProfile&, const ListenerProfile&) = default;
};

}  // namespace hark
