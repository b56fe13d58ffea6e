// What a sink is to be, as the configuration says. daemon/config parses it, make_sink.hpp makes it.
#pragma once

#include "common/stream/stream_config.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hark {

struct SinkConfig {
    enum class Kind : std::uint8_t { console, json, journal, file, nats };

    Kind kind = Kind::console;
    std::string path{};     // of a file, else empty
    bool sync = false;      // of a file: a record is stored only when the disk has it
    StreamConfig stream{};  // of nats, else empty

    // As it is configured, and as records and operators call it: "console", "file:/var/log/x",
    // "nats:STREAM".
    // No two sinks have the same.
    [[nodiscard]] std::string name() const;
};

// As it is configured; of a file and of nats, what stands before the colon.
[[nodiscard]] std::string_view name(SinkConfig::Kind kind) noexcept;

// Whether the sink is standard output, of which there is only one.
[[nodiscard]] constexpr bool is_output(const SinkConfig& sink) noexcept {
    return sink.kind == SinkConfig::Kind::console || sink.kind == SinkConfig::Kind::json;
}

// The one of that name; null: there is none.
[[nodiscard]] const SinkConfig* find_sink(std::span<const SinkConfig> sinks,
                                          std::string_view name) noexcept;

}  // namespace hark
