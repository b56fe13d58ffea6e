#include "daemon/config/parsing.hpp"

#include "common/locale/i18n.hpp"

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
    reject(mistakes, origin,
           text.starts_with('/')
               ? _("invalid sink '{0}', did you mean 'file:{0}'?")
               : _("invalid sink '{}': expected console, json, journal or file:PATH"),
           text);
    return {};
}

std::optional<Framing> parse_framing(std::string_view text, const Origin& origin,
                                     Mistakes& mistakes) {
    return parse_mode(text, _("invalid framing '{}': expected auto, line or chunk"),
                      {Framing::automatic, Framing::line, Framing::chunk}, origin, mistakes);
}

std::optional<CharsetMode> parse_charset(std::string_view text, const Origin& origin,
                                         Mistakes& mistakes) {
    return parse_mode(text, _("invalid charset '{}': expected auto, utf-8 or gb18030"),
                      {CharsetMode::automatic, CharsetMode::utf8, CharsetMode::gb18030}, origin,
                      mistakes);
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

}  // namespace hark
