#include "common/locale/locale_charset.hpp"

#include "common/text/utf8.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>

#include <langinfo.h>
#include <strings.h>

namespace hark {

namespace {

const iconv_t NONE = reinterpret_cast<iconv_t>(-1);
constexpr std::size_t FAILED = static_cast<std::size_t>(-1);
constexpr std::size_t LONGEST_CHARACTER = 4;

bool is_one_of(const char* name, std::initializer_list<const char*> names) noexcept {
    for (const char* each : names) {
        if (::strcasecmp(name, each) == 0) return true;
    }
    return false;
}

// Appends as much of `from` as can be converted to `into`; returns the number of bytes converted.
std::size_t convert(iconv_t converter, std::string_view from, std::string& into) {
    ::iconv(converter, nullptr, nullptr, nullptr, nullptr);
    std::array<char, 1024> buffer;
    char* in = const_cast<char*>(from.data());
    std::size_t left = from.size();
    while (left > 0) {
        char* out = buffer.data();
        std::size_t room = buffer.size();
        const std::size_t result = ::iconv(converter, &in, &left, &out, &room);
        into.append(buffer.data(), out);
        if (result == FAILED && errno != E2BIG) break;
    }
    return from.size() - left;
}

void append_escaped(std::string& into, char32_t code) {
    std::array<char, 12> escaped{};
    std::snprintf(escaped.data(), escaped.size(), code > 0xFFFF ? "\\U%08x" : "\\u%04x",
                  static_cast<unsigned>(code));
    into += escaped.data();
}

}  // namespace

LocaleCharset::LocaleCharset() : LocaleCharset{::nl_langinfo(CODESET)} {}

LocaleCharset::LocaleCharset(const char* name) {
    if (is_one_of(name, {"UTF-8", "UTF8", "ANSI_X3.4-1968", "US-ASCII", "ASCII", ""})) return;
    const iconv_t to = ::iconv_open("UTF-8", name);
    if (to == NONE) return;
    const iconv_t from = ::iconv_open(name, "UTF-8");
    if (from == NONE) {
        ::iconv_close(to);
        return;
    }
    to_utf8_ = to;
    from_utf8_ = from;
}

LocaleCharset::~LocaleCharset() {
    if (to_utf8_) ::iconv_close(*to_utf8_);
    if (from_utf8_) ::iconv_close(*from_utf8_);
}

std::string LocaleCharset::encode(std::string_view text) const {
    if (!from_utf8_) return std::string{text};
    std::string bytes;
    while (!text.empty()) {
        text.remove_prefix(convert(*from_utf8_, text, bytes));
        if (text.empty()) break;
        if (utf8::scan(text.substr(0, LONGEST_CHARACTER)).valid == 0) {
            bytes += text.front();
            text.remove_prefix(1);
            continue;
        }
        const utf8::Character character = utf8::first(text);
        append_escaped(bytes, character.code);
        text.remove_prefix(character.length);
    }
    return bytes;
}

std::optional<std::string> LocaleCharset::decode(std::string_view bytes) const {
    if (!to_utf8_) return std::string{bytes};
    std::string text;
    if (convert(*to_utf8_, bytes, text) != bytes.size()) return std::nullopt;
    return text;
}

std::string argument_text(std::string_view bytes) {
    return LocaleCharset{}.decode(bytes).value_or(std::string{bytes});
}

}  // namespace hark
