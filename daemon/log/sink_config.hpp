// The configuration of a sink. daemon/config parses it; make_sink.hpp makes the sink.
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

    // Its name in the configuration, in records, and for operators: "console", "file:/var/log/x",
    // "nats:STREAM". No two sinks have the same.
    [[nodiscard]] std::string name() const;
};

// As configured; for file and nats, the part before the colon.
[[nodiscard]] std::string_view name(SinkConfig::Kind kind) noexcept;

// Whether the sink is standard output, of which there is only one.
[[nodiscard]] constexpr bool is_output(const SinkConfig& sink) noexcept {
    return sink.kind == SinkConfig::Kind::console || sink.kind == SinkConfig::Kind::json;
}

// The sink with that name; null: there is none.
[[nodiscard]] const SinkConfig* find_sink(std::span<const SinkConfig> sinks,
                                          std::string_view name) noexcept;

}  // namespace hark
