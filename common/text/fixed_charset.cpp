#include "common/text/fixed_charset.hpp"

#include "common/text/utf8.hpp"

#include <algorithm>

namespace hark {

namespace {

using Stop = IconvHandle::Stop;

// A byte becomes at most this many, in either direction; more is only slower.
constexpr std::size_t GROWTH = 3;
// The longest character that is looked for: EUC-TW's have four bytes.
constexpr std::size_t LONGEST = 4;
// How many bytes are tried at once if errors are expected. It keeps their cost linear: after each
// error, the bytes that were tried after it are tried again.
constexpr std::size_t LENIENT_STEP = 64;
constexpr char ESCAPE = '\x1B';

bool is_terminator(char c) noexcept {
    return c == '\0' || c == '\n' || c == '\r';
}

// Allows what iconv itself allows in names and what can appear in a log line as it is. To iconv, an
// empty name is the locale's charset.
bool is_name(std::string_view name) noexcept {
    constexpr std::string_view SIGNS = "-_.:+()";
    return !name.empty() && name.size() <= FixedCharset::MAX_NAME &&
           std::ranges::all_of(name, [&](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      SIGNS.find(c) != std::string_view::npos;
           });
}

}  // namespace

const std::vector<std::string>& FixedCharset::common_names() {
    static const std::vector<std::string> names{
        "big5",         "big5-hkscs",   "cp437",        "cp850",        "cp852",
        "cp866",        "cp874",        "cp932",        "cp936",        "cp949",
        "euc-jp",       "euc-kr",       "euc-tw",       "gb2312",       "gbk",
        "iso-8859-1",   "iso-8859-2",   "iso-8859-3",   "iso-8859-4",   "iso-8859-5",
        "iso-8859-6",   "iso-8859-7",   "iso-8859-8",   "iso-8859-9",   "iso-8859-10",
        "iso-8859-13",  "iso-8859-14",  "iso-8859-15",  "iso-8859-16",  "johab",
        "koi8-r",       "koi8-u",       "latin1",       "macintosh",    "shift_jis",
        "tis-620",      "us-ascii",     "viscii",       "windows-1250", "windows-1251",
        "windows-1252", "windows-1253", "windows-1254", "windows-1255", "windows-1256",
        "windows-1257", "windows-1258", "windows-31j",
    };
    return names;
}

std::optional<FixedCharset> FixedCharset::open(std::string_view name, CharsetFault& fault) {
    fault =
        name.find("//") == std::string_view::npos ? CharsetFault::unknown : CharsetFault::decorated;
    if (!is_name(name)) return std::nullopt;
    std::string own{name};
    IconvHandle from{"UTF-8", own.c_str()};
    IconvHandle to{own.c_str(), "UTF-8"};
    if (!from.is_open() || !to.is_open()) {
        if (std::ranges::find(common_names(), own) != common_names().end()) {
            fault = CharsetFault::not_installed;
        }
        return std::nullopt;
    }
    FixedCharset charset{std::move(own), std::move(from), std::move(to)};
    if (const auto found = charset.examine()) {
        fault = *found;
        return std::nullopt;
    }
    return charset;
}

std::optional<CharsetFault> FixedCharset::examine() {
    std::string text;
    keeps_ascii_ = true;
    bool ends = true;
    bool escapes = false;
    bool multibyte = false;
    for (unsigned byte = 0; byte < 0x100; ++byte) {
        const char c = static_cast<char>(byte);
        text.clear();
        const Stop stop = from_.convert({&c, 1}, text, GROWTH).stop;
        // A shift changes what follows, and is not a character.
        if (stop == Stop::end && text.empty()) return CharsetFault::stateful;
        multibyte = multibyte || stop == Stop::incomplete;
        escapes = escapes || (stop == Stop::incomplete && c == ESCAPE);
        const bool same = stop == Stop::end && text == std::string_view{&c, 1};
        if (byte < 0x80 && !same && c != '\\' && c != '~') keeps_ascii_ = false;
        if (!same && is_terminator(c)) ends = false;
    }
    const auto read_otherwise = [this, &text](const char* ascii) {
        text.clear();
        scratch_.clear();
        const bool written = to_.convert(ascii, scratch_, GROWTH).stop == Stop::end;
        const bool read = from_.convert(ascii, text, GROWTH).stop == Stop::end;
        return read && text != ascii && written && scratch_ == ascii ? text : std::string{};
    };
    yen_ = read_otherwise("\\");
    overline_ = read_otherwise("~");
    std::string begun;
    if (!ends || hides_terminator(begun)) return CharsetFault::terminators;
    if (escapes) return CharsetFault::stateful;
    contested_ = ContestedCodes::of(name_, multibyte);
    return std::nullopt;
}

// Whether the byte of a terminator is part of a longer character that begins with `begun`. A
// beginning without one is extended only while iconv asks for more.
bool FixedCharset::hides_terminator(std::string& begun) {
    const auto place = std::ranges::find_if(begun, is_terminator);
    const std::optional<char> hidden = place == begun.end() ? std::nullopt : std::optional{*place};
    const bool last = begun.size() == LONGEST - 1;
    std::string text;
    for (unsigned byte = 0; byte < 0x100; ++byte) {
        const char c = static_cast<char>(byte);
        if (last && !hidden && !is_terminator(c)) continue;
        const char sought = hidden.value_or(c);
        begun.push_back(c);
        text.clear();
        const auto [done, stop] = from_.convert(begun, text, GROWTH);
        const bool found = begun.size() > 1 && stop == Stop::end && is_terminator(sought) &&
                           text.find(sought) == std::string::npos;
        const bool begins = done == 0 && stop == Stop::incomplete && !last;
        if (found || (begins && hides_terminator(begun))) return true;
        begun.pop_back();
    }
    return false;
}

bool FixedCharset::is_exact(std::string_view bytes, std::string_view text) noexcept {
    scratch_.clear();
    return encode(text, scratch_) && scratch_ == bytes && !contested_.are_in(bytes, text);
}

bool FixedCharset::decode(std::string_view bytes, std::string& text) noexcept {
    const std::size_t before = text.size();
    if (from_.convert(bytes, text, GROWTH).stop == Stop::end) {
        restore_ascii(text, before);
        return true;
    }
    text.resize(before);
    return false;
}

void FixedCharset::restore_ascii(std::string& text, std::size_t before) const {
    const auto restore = [&](const std::string& sign, char ascii) {
        if (sign.empty()) return;
        std::size_t place = before;
        while ((place = text.find(sign, place)) != std::string::npos) {
            text.replace(place++, sign.size(), 1, ascii);
        }
    };
    restore(yen_, '\\');
    restore(overline_, '~');
}

void FixedCharset::decode_leniently(std::string_view bytes, std::string& text) noexcept {
    const std::size_t before = text.size();
    for (;;) {
        bytes.remove_prefix(decode_up_to_end(bytes, text));
        if (bytes.empty()) return restore_ascii(text, before);
        // An incomplete character at the end.
        text += utf8::REPLACEMENT;
        bytes.remove_prefix(1);
    }
}

std::size_t FixedCharset::border(std::string_view bytes) noexcept {
    scratch_.clear();
    return decode_up_to_end(bytes, scratch_);
}

std::size_t FixedCharset::decode_up_to_end(std::string_view bytes, std::string& text) noexcept {
    std::size_t place = 0;
    while (place < bytes.size()) {
        const std::string_view step = bytes.substr(place, LENIENT_STEP);
        const auto [done, stop] = convert_valid(step, text);
        place += done;
        if (stop == Stop::end) continue;
        if (stop == Stop::incomplete) {
            if (place - done + step.size() == bytes.size()) break;
            // In the middle: a character that the step has cut comes with the next step.
            if (done > 0) continue;
        }
        text += utf8::REPLACEMENT;
        ++place;
    }
    return place;
}

IconvHandle::Converted FixedCharset::convert_valid(std::string_view bytes,
                                                   std::string& text) noexcept {
    const std::size_t before = text.size();
    IconvHandle::Converted converted = from_.convert(bytes, text, GROWTH);
    while (converted.stop == Stop::invalid && converted.bytes > 0) {
        text.resize(before);
        const auto [done, stop] = from_.convert(bytes.substr(0, converted.bytes), text, GROWTH);
        if (stop == Stop::end) break;
        converted.bytes = std::min(done, converted.bytes - 1);
    }
    return converted;
}

bool FixedCharset::encode(std::string_view text, std::string& bytes) noexcept {
    const std::size_t before = bytes.size();
    if (to_.convert(text, bytes, GROWTH).stop == Stop::end) return true;
    bytes.resize(before);
    return false;
}

}  // namespace hark
