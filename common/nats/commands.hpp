// The commands sent to a NATS server.
#pragma once

#include "common/nats/options.hpp"

#include <string>
#include <string_view>

namespace hark::nats {

// `name`: shown to the administrator of the server. `secure`: TLS has been set up.
void append_connect(std::string& into, const Options& options, std::string_view name, bool secure);
void append_subscribe(std::string& into, std::string_view subject, std::string_view subscription);
// `headers`: from HeaderWriter, or empty.
void append_publish(std::string& into, std::string_view subject, std::string_view reply_to,
                    std::string_view headers, std::string_view payload);
inline constexpr std::string_view PING = "PING\r\n";
inline constexpr std::string_view PONG = "PONG\r\n";

}  // namespace hark::nats
