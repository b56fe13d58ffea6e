// Parses text values from the configuration file and the command line. An invalid value adds a
// mistake at `origin`, and nothing is returned.
#pragma once

#include "common/framing/framing_options.hpp"
#include "common/net/address.hpp"
#include "common/settings/mistakes.hpp"
#include "common/settings/setting_value.hpp"
#include "common/text/charset.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/listener_profile.hpp"
#include "daemon/log/sink_config.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hark {

[[nodiscard]] std::optional<SocketAddress> parse_address(std::string_view text,
                                                         const Origin& origin, Mistakes& mistakes);

// The name of activated sockets.
[[nodiscard]] std::optional<std::string> parse_socket(std::string_view text, const Origin& origin,
                                                      Mistakes& mistakes);

// The sink's kind and path; its options are settings of their own.
[[nodiscard]] std::optional<SinkConfig> parse_sink(std::string_view text, const Origin& origin,
                                                   Mistakes& mistakes);

[[nodiscard]] std::optional<Framing> parse_framing(std::string_view text, const Origin& origin,
                                                   Mistakes& mistakes);

[[nodiscard]] std::optional<CharsetConfig> parse_charset(std::string_view text,
                                                         const Origin& origin, Mistakes& mistakes);

// The value of `setting`: one to four bytes of ASCII.
[[nodiscard]] std::optional<Delimiter> parse_delimiter(std::string_view setting,
                                                       std::string_view text, const Origin& origin,
                                                       Mistakes& mistakes);

[[nodiscard]] std::optional<ByteOrder> parse_byte_order(std::string_view text, const Origin& origin,
                                                        Mistakes& mistakes);

[[nodiscard]] std::optional<ReplyMode> parse_replies(std::string_view text, const Origin& origin,
                                                     Mistakes& mistakes);

// The value of `setting`, the bytes that are sent for a message: 1 to 64 of them.
[[nodiscard]] std::optional<std::string> parse_acknowledgement(std::string_view setting,
                                                               std::string_view text,
                                                               const Origin& origin,
                                                               Mistakes& mistakes);

[[nodiscard]] std::optional<RecordConnections> parse_record_connections(std::string_view text,
                                                                        const Origin& origin,
                                                                        Mistakes& mistakes);

[[nodiscard]] std::optional<std::string> parse_greeting(std::string_view text, const Origin& origin,
                                                        Mistakes& mistakes);

// Addresses and networks.
[[nodiscard]] NetworkSet parse_networks(std::span<const SettingValue> texts);

// True if everyone may read from the control socket, not just its group.
[[nodiscard]] std::optional<bool> parse_readers(std::string_view text, const Origin& origin,
                                                Mistakes& mistakes);

}  // namespace hark
