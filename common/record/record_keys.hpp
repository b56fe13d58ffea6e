// The keys of a record: the single table from which every form of the log is written and read.
#pragma once

#include "common/record/journal_field.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hark {

// In the order in which they are written, for all events.
enum class Key : std::uint8_t {
    time,         // for a message: when its last byte was read
    run,          // identifies one run of the daemon
    event,        // name(Event)
    conn,         // the connection's number, from 1
    peer,         // its address and port
    via,          // connected, refused: the proxy that the peer came through
    proxy_id,     // connected, refused: what the proxy calls the connection
    address,      // listening: the local address
    listener,     // connected: the local address, if there are several listeners
    tls,          // connected: the version of TLS
    cert,         // connected, message: the name in the certificate that the peer has shown
    cert_sha256,  // connected: the hash of that certificate
    action,       // operator: "say", "broadcast", "kick", "reload", "restart", "level"
    uid,          // operator: as reported by the kernel; 65534 if it may not tell
    pid,          // operator: the process
    level,        // diagnostic: "info", "warning", "error"; operator: the new one
    sink,         // paused, resumed: which log
    reason,       // closed, refused, paused, stopping, operator: why
    count,        // refused: how many before it were not recorded
    messages,     // closed: number recorded
    seq,          // message: number in the connection, from 1
    part,         // message: from 1, if it is split
    more,         // message: another part follows
    text,         // message, probe: the text sent; diagnostic, operator: the text
    charset,      // message, probe: the charset `text` was decoded from
    bytes,        // message, probe: on the wire; closed: all bytes read
    raw,          // message, probe: the bytes in base64, if `text` does not determine them
    end,          // message: how it ended
    discarded,    // closed: bytes read that are in no record
    seconds,      // closed, resumed: how long it lasted
    truncated,    // closed: TLS ended without close_notify
    from,         // restarted: the previous version...
    to,           // ...and the one from now on
    connections,  // restarted: how many have gone on
    pause,        // restarted: how long no one was served
};
inline constexpr std::size_t KEYS = static_cast<std::size_t>(Key::pause) + 1;

// The kind of a key's value, and its form in JSON. The journal has the same form, without quotes.
enum class KeyKind : std::uint8_t {
    text,     // a string: UTF-8
    time,     // a string: RFC 3339 in UTC with microseconds
    count,    // an unsigned 64-bit integer
    seconds,  // a number with three decimals
    flag,     // true; absent if false
};

struct KeySpec {
    Key key;
    KeyKind kind;
    std::string_view name;     // in JSON
    journal::FieldName field;  // in the journal
};

inline constexpr std::array<KeySpec, KEYS> RECORD_KEYS{{
    {Key::time, KeyKind::time, "time", "HARK_TIME"},
    {Key::run, KeyKind::text, "run", "HARK_RUN"},
    {Key::event, KeyKind::text, "event", "HARK_EVENT"},
    {Key::conn, KeyKind::count, "conn", "HARK_CONN"},
    {Key::peer, KeyKind::text, "peer", "HARK_PEER"},
    {Key::via, KeyKind::text, "via", "HARK_VIA"},
    {Key::proxy_id, KeyKind::text, "proxy_id", "HARK_PROXY_ID"},
    {Key::address, KeyKind::text, "address", "HARK_ADDRESS"},
    {Key::listener, KeyKind::text, "listener", "HARK_LISTENER"},
    {Key::tls, KeyKind::text, "tls", "HARK_TLS"},
    {Key::cert, KeyKind::text, "cert", "HARK_CERT"},
    {Key::cert_sha256, KeyKind::text, "cert_sha256", "HARK_CERT_SHA256"},
    {Key::action, KeyKind::text, "action", "HARK_ACTION"},
    {Key::uid, KeyKind::count, "uid", "HARK_UID"},
    {Key::pid, KeyKind::count, "pid", "HARK_PID"},
    {Key::level, KeyKind::text, "level", "HARK_LEVEL"},
    {Key::sink, KeyKind::text, "sink", "HARK_SINK"},
    {Key::reason, KeyKind::text, "reason", "HARK_REASON"},
    {Key::count, KeyKind::count, "count", "HARK_COUNT"},
    {Key::messages, KeyKind::count, "messages", "HARK_MESSAGES"},
    {Key::seq, KeyKind::count, "seq", "HARK_SEQ"},
    {Key::part, KeyKind::count, "part", "HARK_PART"},
    {Key::more, KeyKind::flag, "more", "HARK_MORE"},
    {Key::text, KeyKind::text, "text", "HARK_TEXT"},
    {Key::charset, KeyKind::text, "charset", "HARK_CHARSET"},
    {Key::bytes, KeyKind::count, "bytes", "HARK_BYTES"},
    {Key::raw, KeyKind::text, "raw", "HARK_RAW"},
    {Key::end, KeyKind::text, "end", "HARK_END"},
    {Key::discarded, KeyKind::count, "discarded", "HARK_DISCARDED"},
    {Key::seconds, KeyKind::seconds, "seconds", "HARK_SECONDS"},
    {Key::truncated, KeyKind::flag, "truncated", "HARK_TRUNCATED"},
    {Key::from, KeyKind::text, "from", "HARK_FROM"},
    {Key::to, KeyKind::text, "to", "HARK_TO"},
    {Key::connections, KeyKind::count, "connections", "HARK_CONNECTIONS"},
    {Key::pause, KeyKind::seconds, "pause", "HARK_PAUSE"},
}};

// The prefix that separates our fields from others.
inline constexpr std::string_view JOURNAL_PREFIX = "HARK_";

[[nodiscard]] constexpr const KeySpec& key_spec(Key key) noexcept {
    return RECORD_KEYS[static_cast<std::size_t>(key)];
}
[[nodiscard]] constexpr std::string_view name(Key key) noexcept {
    return key_spec(key).name;
}
[[nodiscard]] constexpr journal::FieldName journal_field(Key key) noexcept {
    return key_spec(key).field;
}

// "conn"; nothing if there is no such key.
[[nodiscard]] std::optional<Key> find_key(std::string_view name) noexcept;
// "HARK_CONN"; nothing if it is not a field of a record.
[[nodiscard]] std::optional<Key> find_key_of_field(std::string_view field) noexcept;

}  // namespace hark
