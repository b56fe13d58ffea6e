// The table [nats] of harkd's configuration: how to reach the stream of a log nats:STREAM.
#pragma once

#include "common/settings/mistakes.hpp"
#include "common/settings/toml_file.hpp"
#include "common/stream/stream_config.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hark {

struct StreamSettings {
    StreamConfig stream;  // but for its name, which stands in `log`
    std::string password_file{};
    std::string token_file{};
    bool holds_secret = false;  // it holds one itself
    Origin origin;
};

// Reads `table`, which stands at `origin`. Whether its files can be used is found out when they are
// opened (stream_secrets.hpp).
void read_stream_settings(StreamSettings& settings, const TomlTable& table, const Origin& origin,
                          Mistakes& mistakes);

// The names of its settings.
[[nodiscard]] std::vector<std::string> stream_setting_names();

// What stands before the name of a stream in `log`.
inline constexpr std::string_view STREAM_SINK = "nats:";
// Whether it can be the name of a stream, of which JetStream's servers make a folder.
[[nodiscard]] bool is_stream_name(std::string_view text) noexcept;
// Whether it can be published to: words with dots between them. With `wildcards` it can be read.
[[nodiscard]] bool is_subject(std::string_view text, bool wildcards) noexcept;

}  // namespace hark
