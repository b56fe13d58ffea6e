// Fields of a journal entry, in journald's native protocol
// (https://systemd.io/JOURNAL_NATIVE_PROTOCOL/). Names are the program's own and checked at compile
// time; external data is only ever a value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark::journal {

// systemd.journal-fields(7): upper-case letters, digits and underscores; no underscore (reserved
// for journald) or digit at the beginning; at most 64 characters.
class FieldName {
   public:
    // NOLINTNEXTLINE(google-explicit-constructor): a name is written as a literal
    consteval FieldName(const char* text) : text_{text} {
        if (!is_valid(text_)) throw "not a name of a journal field";
    }
    [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }
    // The same, NUL-terminated.
    [[nodiscard]] constexpr const char* c_str() const noexcept { return text_.data(); }

   private:
    static consteval bool is_valid(std::string_view text) noexcept {
        constexpr std::size_t LONGEST = 64;
        if (text.empty() || text.size() > LONGEST || text.front() < 'A') return false;
        for (const char c : text) {
            if (c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z')) return false;
        }
        return text.front() <= 'Z';
    }

    std::string_view text_;
};

// A 128-bit id that permanently identifies a kind of entry (sd-id128(3)).
class MessageId {
   public:
    // NOLINTNEXTLINE(google-explicit-constructor): an id is written as a literal
    consteval MessageId(const char* text) : text_{text} {
        if (!is_valid(text_)) throw "not a message id";
    }
    [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

   private:
    static consteval bool is_valid(std::string_view text) noexcept {
        for (const char c : text) {
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return false;
        }
        return text.size() == 32;
    }

    std::string_view text_;
};

// Appends a field. A value that contains LF is preceded by its length.
inline void append_field(std::string& into, FieldName name, std::string_view value) {
    into.append(name.text());
    if (value.find('\n') == std::string_view::npos) {
        into.push_back('=');
    } else {
        into.push_back('\n');
        for (std::uint64_t rest = value.size(), byte = 0; byte < 8; ++byte, rest >>= 8) {
            into.push_back(static_cast<char>(rest & 0xFF));
        }
    }
    into.append(value).push_back('\n');
}

}  // namespace hark::journal
