#include "daemon/config/parsing.hpp"

#include "common/locale/i18n.hpp"
#include "common/text/nearest.hpp"

#include <algorithm>

namespace hark {

namespace {

constexpr std::size_t MAX_GREETING = 500;

template <typename... Values>
void reject(Mistakes& mistakes, const Origin& origin, const char* format, const Values&... values) {
    mistakes.add(origin, formatted(format, values...));
}

template <typename Mode>
std::optional<Mode> parse_mode(std::string_view text, const char* problem,
                               std::initializer_list<Mode> modes, const Origin& origin,
                               Mistakes& mistakes) {
    for (const Mode mode : modes) {
        if (name(mode) == text) return mode;
    }
    reject(mistakes, origin, problem, text);
    return {};
}

// Changes ASCII letters only.
std::string lower_case(std::string_view text) {
    std::string lower{text};
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

void reject_unknown_charset(const std::string& name, const Origin& origin, Mistakes& mistakes) {
    std::vector<std::string> known{"auto", std::string{charset::UTF8},
                                   std::string{charset::GB18030}, std::string{charset::UTF16LE},
                                   std::string{charset::UTF16BE}};
    const std::vector<std::string>& common = FixedCharset::common_names();
    known.insert(known.end(), common.begin(), common.end());
    const std::vector<std::string> near = nearest(name, known);
    if (near.empty()) {
        reject(mistakes, origin,
               _("unknown charset '{}': expected auto, utf-8, gb18030, utf-16le, utf-16be, or a "
                 "charset that iconv knows, such as big5 or windows-1251"),
               name);
    } else {
        reject(mistakes, origin, _("unknown charset '{}', did you mean '{}'?"), name,
               joined(near, _("' or '")));
    }
}

void reject_charset(CharsetFault fault, const std::string& name, const Origin& origin,
                    Mistakes& mistakes) {
    switch (fault) {
        case CharsetFault::unknown:
            reject_unknown_charset(name, origin, mistakes);
            return;
        case CharsetFault::not_installed:
            reject(mistakes, origin,
                   _("charset '{}' is not installed: its converter is in the package "
                     "libc-gconv-modules-extra (Debian; up to version 13, libc6) or "
                     "glibc-gconv-extra (Fedora, RHEL)"),
                   name);
            return;
        case CharsetFault::decorated:
            reject(mistakes, origin,
                   _("invalid charset '{}': expected the name alone, without // and what follows"),
                   name);
            return;
        case CharsetFault::stateful:
            reject(mistakes, origin,
                   _("charset '{}' cannot be used: what its bytes mean depends on shift sequences "
                     "before them"),
                   name);
            return;
        case CharsetFault::terminators:
            if (name == "utf-16" || name == "utf16") {
                reject(mistakes, origin,
                       _("charset '{}' does not say which byte comes first: expected utf-16le "
                         "(Windows) or utf-16be"),
                       name);
                return;
            }
            reject(mistakes, origin,
                   _("charset '{}' cannot be used: the bytes 00, 0A and 0D are not NUL, LF and CR "
                     "in it, or are parts of other characters"),
                   name);
            return;
    }
}

}  // namespace

std::optional<SocketAddress> parse_address(std::string_view text, const Origin& origin,
                                           Mistakes& mistakes) {
    const auto address = SocketAddress::parse(text);
    if (!address) {
        reject(mistakes, origin,
               _("invalid address '{}': expected ADDR:PORT with a numeric address, such as "
                 "127.0.0.1:8765 or [::]:8765"),
               text);
    }
    return address;
}

std::optional<std::string> parse_socket(std::string_view text, const Origin& origin,
                                        Mistakes& mistakes) {
    if (!text.empty()) return std::string{text};
    mistakes.add(origin, _("empty socket name: expected the FileDescriptorName= of a socket unit"));
    return {};
}

std::optional<SinkConfig> parse_sink(std::string_view text, const Origin& origin,
                                     Mistakes& mistakes) {
    using Kind = SinkConfig::Kind;
    constexpr std::string_view FILE = "file:";
    for (const Kind kind : {Kind::console, Kind::json, Kind::journal}) {
        if (text == name(kind)) return SinkConfig{.kind = kind};
    }
    if (text.starts_with(FILE) && text.size() > FILE.size()) {
        return SinkConfig{.kind = Kind::file, .path = std::string{text.substr(FILE.size())}};
    }
    if (text.starts_with(STREAM_SINK)) {
        const std::string_view stream = text.substr(STREAM_SINK.size());
        if (is_stream_name(stream)) {
            return SinkConfig{.kind = Kind::nats, .stream = {.stream = std::string{stream}}};
        }
        reject(mistakes, origin,
               _("invalid sink '{}': expected nats: and the name of a stream, without blanks, "
                 "dots, slashes or wildcards"),
               text);
        return {};
    }
    reject(mistakes, origin,
           text.starts_with('/')
               ? _("invalid sink '{0}', did you mean 'file:{0}'?")
               : _("invalid sink '{}': expected console, json, journal, file:PATH or nats:STREAM"),
           text);
    return {};
}

std::optional<Framing> parse_framing(std::string_view text, const Origin& origin,
                                     Mistakes& mistakes) {
    return parse_mode(text,
                      _("invalid framing '{}': expected auto, line, chunk, delimited, counted or "
                        "length"),
                      {Framing::automatic, Framing::line, Framing::chunk, Framing::delimited,
                       Framing::counted, Framing::length},
                      origin, mistakes);
}

std::optional<Delimiter> parse_delimiter(std::string_view setting, std::string_view text,
                                         const Origin& origin, Mistakes& mistakes) {
    const bool ascii = std::ranges::all_of(
        text, [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
    if (ascii && !text.empty() && text.size() <= Delimiter::MAX_SIZE) return Delimiter{text};
    reject(mistakes, origin,
           _("{}: expected 1 to {} ASCII characters, such as \"\\u0003\" or \"\\r\\n\", got '{}'"),
           setting, Delimiter::MAX_SIZE, text);
    return {};
}

std::optional<ByteOrder> parse_byte_order(std::string_view text, const Origin& origin,
                                          Mistakes& mistakes) {
    if (text == "big") return ByteOrder::big;
    if (text == "little") return ByteOrder::little;
    reject(mistakes, origin, _("invalid length_order '{}': expected big or little"), text);
    return {};
}

std::optional<ReplyMode> parse_replies(std::string_view text, const Origin& origin,
                                       Mistakes& mistakes) {
    return parse_mode(text, _("invalid replies '{}': expected text, none or ack"),
                      {ReplyMode::text, ReplyMode::none, ReplyMode::ack}, origin, mistakes);
}

std::optional<std::string> parse_acknowledgement(std::string_view setting, std::string_view text,
                                                 const Origin& origin, Mistakes& mistakes) {
    constexpr std::size_t MAX_BYTES = 64;
    if (!text.empty() && text.size() <= MAX_BYTES) return std::string{text};
    reject(mistakes, origin, _("{}: expected 1 to {} bytes, got {}"), setting, MAX_BYTES,
           text.size());
    return {};
}

std::optional<RecordConnections> parse_record_connections(std::string_view text,
                                                          const Origin& origin,
                                                          Mistakes& mistakes) {
    return parse_mode(text, _("invalid record_connections '{}': expected all, used or none"),
                      {RecordConnections::all, RecordConnections::used, RecordConnections::none},
                      origin, mistakes);
}

std::optional<CharsetConfig> parse_charset(std::string_view text, const Origin& origin,
                                           Mistakes& mistakes) {
    std::string name = lower_case(text);
    if (const auto fault = check_charset(name)) {
        reject_charset(*fault, name, origin, mistakes);
        return {};
    }
    return CharsetConfig{.name = std::move(name), .origin = origin};
}

std::optional<std::string> parse_greeting(std::string_view text, const Origin& origin,
                                          Mistakes& mistakes) {
    const bool plain =
        std::ranges::all_of(text, [](char byte) { return byte >= ' ' && byte <= '~'; });
    if (!plain) {
        mistakes.add(origin,
                     _("invalid greeting: expected one line of printable ASCII, which clients of "
                       "every charset can read"));
        return {};
    }
    if (text.size() > MAX_GREETING) {
        reject(mistakes, origin, _("greeting too long: expected at most {} characters, got {}"),
               MAX_GREETING, text.size());
        return {};
    }
    return std::string{text};
}

std::optional<bool> parse_readers(std::string_view text, const Origin& origin, Mistakes& mistakes) {
    if (text == "group" || text == "everyone") return text == "everyone";
    reject(mistakes, origin, _("invalid control_readers '{}': expected group or everyone"), text);
    return {};
}

NetworkSet parse_networks(std::span<const SettingValue> texts) {
    std::vector<Network> networks;
    for (const SettingValue& value : texts) {
        const std::string& text = *value.text();
        const auto network = Network::parse(text);
        if (!network) {
            reject(value.mistakes(), value.origin(),
                   _("{}: invalid network '{}': expected an address or a network, such as "
                     "192.0.2.7, 192.0.2.0/24 or 2001:db8::/32"),
                   value.name(), text);
        } else if (network->has_host_bits()) {
            reject(value.mistakes(), value.origin(),
                   _("{}: '{}' is an address in a network: expected the network {} or the address "
                     "alone"),
                   value.name(), text, network->network().text());
        } else {
            networks.push_back(*network);
        }
    }
    return NetworkSet{std::move(networks)};
}

}  // namespace hark
