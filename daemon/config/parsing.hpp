// Values that are text, in the configuration file and after options. What cannot be parsed is added
// to `mistakes` with `origin`, and nothing is returned.
#pragma once

#include "common/framing/frame.hpp"
#include "common/net/address.hpp"
#include "common/text/charset.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/mistakes.hpp"
#include "daemon/log/sink_config.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hark {

[[nodiscard]] std::optional<SocketAddress> parse_address(std::string_view text,
                                                         const Origin& origin, Mistakes& mistakes);

// The name of activated sockets.
[[nodiscard]] std::optional<std::string> parse_socket(std::string_view text, const Origin& origin,
                                                      Mistakes& mistakes);

// What kind of sink, and its path; its options have values of their own.
[[nodiscard]] std::optional<SinkConfig> parse_sink(std::string_view text, const Origin& origin,
                                                   Mistakes& mistakes);

[[nodiscard]] std::optional<Framing> parse_framing(std::string_view text, const Origin& origin,
                                                   Mistakes& mistakes);

[[nodiscard]] std::optional<CharsetMode> parse_charset(std::string_view text, const Origin& origin,
                                                       Mistakes& mistakes);

[[nodiscard]] std::optional<std::string> parse_greeting(std::string_view text, const Origin& origin,
                                                        Mistakes& mistakes);

// Whether everyone may read from the control socket, not only its group.
[[nodiscard]] std::optional<bool> parse_readers(std::string_view text, const Origin& origin,
                                                Mistakes& mistakes);

}  // namespace hark
