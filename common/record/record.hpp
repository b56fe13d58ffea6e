// An event as data: the only form in which anything reaches the log. Text from peers is only ever a
// value in it; the field names are the program's own.
//
// A record refers to what it describes and owns nothing: it lives as long as the call that passes
// it to the log, which renders it at once.
#pragma once

#include "common/framing/frame.hpp"
#include "common/record/record_keys.hpp"
#include "common/sys/clock.hpp"
#include "common/text/charset.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

namespace hark {

class SocketAddress;

enum class Event : std::uint8_t {
    listening,
    connected,
    message,
    closed,
    refused,
    probe,
    intervention,  // by an operator
    paused,
    resumed,
    reloaded,
    restarted,
    stopping,
    diagnostic,
};
inline constexpr std::size_t EVENTS = static_cast<std::size_t>(Event::diagnostic) + 1;
// "listening", "connected", ...
[[nodiscard]] std::string_view name(Event event) noexcept;

// A message or a part of one; for a probe, its first bytes.
struct Content {
    std::uint64_t message = 0;  // number in the connection, from 1; 0: none
    std::uint32_t part = 0;     // from 1; 0: the message is not split
    bool more = false;          // another part follows
    std::string_view text;      // UTF-8
    std::string_view charset = charset::UTF8;
    std::uint64_t bytes = 0;  // on the wire, terminator excluded
    std::string_view raw;     // the bytes, if `exact` is false
    bool exact = true;        // encoding `text` again gives the bytes
    bool intact = true;       // all of it is text in its charset
    End end = End::lf;        // meaningless if `message` is 0
};

// A value that only some events have, in the order of the keys.
struct Detail {
    Key key;
    // According to the key's kind: text, count, seconds, flag.
    std::variant<std::string_view, std::uint64_t, Duration, bool> value;
};

// The peer that a record is about.
struct Peer {
    std::string_view text{};                 // "192.0.2.7:51324"; empty: none
    const SocketAddress* address = nullptr;  // null: none, or only its text is known
    std::string_view certificate{};          // the name in it, UTF-8; empty: none
};

struct Record {
    Event event;
    WallTime time;                 // for a message: when its last byte was read
    std::uint64_t connection = 0;  // number, from 1; 0: none
    Peer peer{};
    const Content* content = nullptr;  // for message and probe
    std::span<const Detail> details{};
};

}  // namespace hark
