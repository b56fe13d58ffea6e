// Records as the daemon makes them, for tests of what renders them.
#pragma once

#include "common/record/json_lines.hpp"
#include "common/record/record.hpp"

#include <array>
#include <chrono>
#include <string>
#include <string_view>

namespace hark::test {

// 2026-11-22T10:00:00.123456Z
inline constexpr WallTime RECORD_TIME{std::chrono::microseconds{1'795'341'600'123'456}};
inline constexpr std::string_view RUN = "5f3a9c01";
inline constexpr std::string_view PEER = "192.0.2.7:51324";

// The keys that an event's details have.
inline constexpr std::array DETAIL_KEYS{
    Key::via,   Key::proxy_id,    Key::address,     Key::listener, Key::tls,
    Key::cert,  Key::cert_sha256, Key::action,      Key::uid,      Key::pid,
    Key::level, Key::sink,        Key::reason,      Key::count,    Key::messages,
    Key::text,  Key::bytes,       Key::discarded,   Key::seconds,  Key::truncated,
    Key::from,  Key::to,          Key::connections, Key::pause};

// Message `number` of connection 17.
struct MessageRecord {
    explicit MessageRecord(std::string_view text, std::uint64_t number = 1) noexcept
        : content{.message = number, .text = text, .bytes = text.size(), .raw = text} {}

    // Refers to this object.
    [[nodiscard]] Record record() const noexcept {
        return {.event = Event::message,
                .time = RECORD_TIME,
                .connection = 17,
                .peer = {PEER},
                .content = &content};
    }

    Content content;
};

// What `renderer` makes of `record`.
template <typename Renderer>
[[nodiscard]] std::string line_of(Renderer& renderer, const Record& record) {
    std::string line;
    renderer.append(line, record);
    return line;
}

// A line of the file log in run RUN.
[[nodiscard]] inline std::string json_line(const Record& record) {
    JsonLines lines{std::string{RUN}};
    return line_of(lines, record);
}

}  // namespace hark::test
