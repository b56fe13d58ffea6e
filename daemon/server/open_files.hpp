// The files that a configuration names and that are read as the user that harkd becomes:
// certificates, keys, and secrets.
#pragma once

#include "daemon/config/config.hpp"

namespace hark {

// Reads all of them into `config`. Each throws std::runtime_error with the place of the setting and
// the cause.
void open_files(Config& config);
// Those of one listener.
void open_certificates(ListenerConfig& listener);
// Those of the stream, if there is one.
void open_stream_files(Config& config);

// Whether the configuration's file holds a secret and everybody may read it.
[[nodiscard]] bool exposes_secret(const Config& config, const std::string& path) noexcept;

}  // namespace hark
