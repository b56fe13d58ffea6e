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
    StreamConfig stream;  // except its name, which is in `log`
    std::string password_file{};
    std::string token_file{};
    bool holds_secret = false;  // the table itself contains a secret
    Origin origin;
};

// Reads `table`, which is at `origin`. Does not check its files; that happens when they are opened
// (stream_secrets.hpp).
void read_stream_settings(StreamSettings& settings, const TomlTable& table, const Origin& origin,
                          Mistakes& mistakes);

// The names of its settings.
[[nodiscard]] std::vector<std::string> stream_setting_names();

// The prefix of a stream's name in `log`.
inline constexpr std::string_view STREAM_SINK = "nats:";
// Whether it can be the name of a stream, which JetStream's servers also use as a folder's name.
[[nodiscard]] bool is_stream_name(std::string_view text) noexcept;
// Whether it can be published to: words with dots between them. With `wildcards`, whether it can be
// read.
[[nodiscard]] bool is_subject(std::string_view text, bool wildcards) noexcept;

}  // namespace hark
