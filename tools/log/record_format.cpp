#include "tools/log/record_format.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/text/printable.hpp"
#include "common/text/utf8.hpp"
#include "tools/records/part_bytes.hpp"

#include <optional>
#include <utility>

#include <fmt/core.h>

namespace hark {

namespace {

constexpr std::string_view LETTERS = "tTsrecpanxhCblEk%";

// The key that a letter stands for, if its value is printed as it is.
std::optional<Key> key_of(char letter) noexcept {
    switch (letter) {
        case 'T':
            return Key::time;
        case 'r':
            return Key::run;
        case 'e':
            return Key::event;
        case 'c':
            return Key::conn;
        case 'p':
            return Key::peer;
        case 'n':
            return Key::seq;
        case 'x':
            return Key::text;
        case 'C':
            return Key::charset;
        case 'b':
            return Key::bytes;
        case 'l':
            return Key::listener;
        case 'E':
            return Key::end;
        case 'k':
            return Key::cert;
        default:
            return std::nullopt;
    }
}

}  // namespace

std::string_view address_of(std::string_view peer) noexcept {
    peer = peer.substr(0, peer.rfind(':'));
    if (peer.starts_with('[') && peer.ends_with(']')) peer = peer.substr(1, peer.size() - 2);
    return peer;
}

RecordFormat::RecordFormat(std::string_view format) {
    std::string text;
    for (std::size_t i = 0; i < format.size(); ++i) {
        const char c = format[i];
        const char next = i + 1 < format.size() ? format[i + 1] : '\0';
        if (c == '\\' && (next == 't' || next == 'n' || next == '\\')) {
            text += next == 't' ? '\t' : next == 'n' ? '\n' : '\\';
            ++i;
        } else if (c != '%') {
            text += c;
        } else if (next == '\0' || LETTERS.find(next) == std::string_view::npos) {
            const std::string_view rest = format.substr(i + 1);
            const std::size_t size = rest.empty() ? 0 : utf8::first(rest).length;
            throw UsageError{formatted(_("--format: unknown letter \"%{}\": expected one of {}"),
                                       rest.substr(0, size),
                                       "%t %T %s %r %e %c %p %a %n %x %h %C %b %l %E %k %%")};
        } else if (next == '%') {
            text += '%';
            ++i;
        } else {
            if (!text.empty()) pieces_.emplace_back(std::exchange(text, {}));
            pieces_.emplace_back(next);
            ++i;
        }
    }
    text += '\n';
    pieces_.emplace_back(std::move(text));
}

void RecordFormat::append(std::string& into, const LogRecord& record) {
    for (const auto& piece : pieces_) {
        if (const char* const letter = std::get_if<char>(&piece)) {
            append_field(into, *letter, record);
        } else {
            into += std::get<std::string>(piece);
        }
    }
}

void RecordFormat::append_field(std::string& into, char letter, const LogRecord& record) {
    if (const auto key = key_of(letter)) {
        append_printable(into, record.get(*key));
    } else if (letter == 't') {
        time_.append(into, record.time());
    } else if (letter == 's') {
        const auto stamp = record.time().time_since_epoch().count();
        const std::uint64_t distance =
            stamp < 0 ? 0 - static_cast<std::uint64_t>(stamp) : static_cast<std::uint64_t>(stamp);
        into += fmt::format("{}{}.{:06}", stamp < 0 ? "-" : "", distance / 1'000'000,
                            distance % 1'000'000);
    } else if (letter == 'a') {
        append_printable(into, address_of(record.get(Key::peer)));
    } else {
        append_wire_hex(into, record);
    }
}

void append_wire_hex(std::string& into, const LogRecord& record) {
    PartBytes bytes;
    const bool known = record.has(Key::raw)
                           ? bytes.add_base64(record.get(Key::raw))
                           : bytes.add_text(record.get(Key::text), record.get(Key::charset));
    if (!known) return;
    for (const char c : bytes.bytes()) {
        const auto byte = static_cast<unsigned char>(c);
        into += "0123456789abcdef"[byte >> 4U];
        into += "0123456789abcdef"[byte & 0xFU];
    }
}

}  // namespace hark
