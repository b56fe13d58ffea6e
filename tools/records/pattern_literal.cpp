#include "tools/records/pattern_literal.hpp"

#include "common/text/printable.hpp"
#include "common/text/utf8.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace hark {

namespace {

constexpr char32_t REPLACEMENT = 0xFFFD;

// Whether harkd's JSON has the character as itself, or after one backslash.
bool is_plain(char32_t code) noexcept {
    return !is_unsafe(code) && code != REPLACEMENT;
}

// Scripts without upper and lower case, which PCRE2 matches as they are.
bool has_no_case(char32_t code) noexcept {
    return (code >= 0x2E80 && code <= 0xA4CF) || (code >= 0xAC00 && code <= 0xD7A3) ||
           (code >= 0xF900 && code <= 0xFAFF) || code >= 0x20000;
}

// Collects the longest run of characters that must follow one another.
class Runs {
   public:
    explicit Runs(bool any_case) noexcept : any_case_{any_case} {}

    void add(char32_t code) {
        // PCRE2 also matches U+212A as a k, and U+017F as an s.
        const bool has_odd_case = code == 'k' || code == 's' || code == 'K' || code == 'S';
        const bool folds_simply = code < 0x80 ? !has_odd_case : has_no_case(code);
        if (!is_plain(code) || (any_case_ && !folds_simply)) {
            end();
            last_ = 0;
            return;
        }
        const std::size_t before = run_.size();
        utf8::append(run_, code);
        last_ = run_.size() - before;
    }
    // The last character is optional.
    void drop_last() {
        run_.resize(run_.size() - last_);
        end();
    }
    void end() {
        if (run_.size() > longest_.size()) longest_ = run_;
        run_.clear();
        last_ = 0;
    }
    [[nodiscard]] const std::string& longest() const noexcept { return longest_; }

   private:
    bool any_case_;
    std::string run_;
    std::size_t last_ = 0;  // bytes of the last character added
    std::string longest_;
};

// Drops "[...]" off the front of `pattern`, which begins after the "[". False if it has something
// that may take an argument.
bool skip_class(std::string_view& pattern) noexcept {
    constexpr std::string_view WITHOUT_ARGUMENT = "dDwWsShHvVnrtfeabE";
    if (pattern.starts_with('^')) pattern.remove_prefix(1);
    if (pattern.starts_with(']')) pattern.remove_prefix(1);
    while (!pattern.empty() && pattern.front() != ']') {
        std::size_t size = 1;
        if (pattern.front() == '\\') {
            const char escaped = pattern.size() > 1 ? pattern[1] : 'Q';
            const bool is_letter = std::isalnum(static_cast<unsigned char>(escaped)) != 0;
            if (is_letter && WITHOUT_ARGUMENT.find(escaped) == std::string_view::npos) return false;
            size = 2;
        } else if (pattern.front() == '[' && pattern.size() > 1 && pattern[1] != ']' &&
                   std::ispunct(static_cast<unsigned char>(pattern[1])) != 0) {
            // "[:alpha:]", or something that only begins like it.
            const std::size_t name = pattern.find_first_not_of("^abcdefghijklmnopqrstuvwxyz", 2);
            if (!pattern.starts_with("[:") || name == std::string_view::npos ||
                !pattern.substr(name).starts_with(":]")) {
                return false;
            }
            size = name + 2;
        }
        pattern.remove_prefix(size);
    }
    if (!pattern.empty()) pattern.remove_prefix(1);
    return true;
}

// Drops "2,3}" off the front of `pattern`, which begins after the "{". False if the "{" is a
// literal character.
bool skip_times(std::string_view& pattern) noexcept {
    const std::size_t end = pattern.find_first_not_of("0123456789, ");
    if (end == 0 || end == std::string_view::npos || pattern[end] != '}') return false;
    pattern.remove_prefix(end + 1);
    return true;
}

}  // namespace

std::optional<PatternLiteral> literal_of_pattern(std::string_view pattern, bool any_case) {
    constexpr std::string_view CLASSES = "dDwWsSbBAzZhHvVRX";
    Runs runs{any_case};
    while (!pattern.empty()) {
        const utf8::Character character = utf8::first(pattern);
        pattern.remove_prefix(character.length);
        switch (character.code) {
            case '|':
            case '(':
            case ')':
                // Text next to these may be one of several alternatives.
                return std::nullopt;
            case '?':
            case '*':
                runs.drop_last();
                break;
            case '{':
                if (skip_times(pattern)) {
                    runs.drop_last();
                } else {
                    runs.add(character.code);
                }
                break;
            case '+':
            case '.':
            case '^':
            case '$':
                runs.end();
                break;
            case '[':
                runs.end();
                if (!skip_class(pattern)) return std::nullopt;
                break;
            case '\\': {
                if (pattern.empty()) return std::nullopt;
                const utf8::Character escaped = utf8::first(pattern);
                pattern.remove_prefix(escaped.length);
                const char letter = static_cast<char>(escaped.code);
                const bool is_ascii = escaped.code < 0x80;
                if (is_ascii && CLASSES.find(letter) != std::string_view::npos) {
                    runs.end();
                } else if (is_ascii && std::isalnum(static_cast<unsigned char>(letter)) != 0) {
                    return std::nullopt;  // it may take an argument
                } else {
                    runs.add(escaped.code);
                }
                break;
            }
            default:
                runs.add(character.code);
        }
    }
    runs.end();
    if (runs.longest().size() < 2) return std::nullopt;
    std::string json;
    for (const char c : runs.longest()) {
        if (c == '"' || c == '\\') json += '\\';
        json += c;
    }
    return PatternLiteral{runs.longest(), json, any_case};
}

std::size_t find_foreign_escape(std::string_view line, std::size_t from) noexcept {
    constexpr std::size_t DIGITS = 4;
    while (from < line.size()) {
        const void* const found = std::memchr(line.data() + from, '\\', line.size() - from);
        if (found == nullptr) break;
        const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - line.data());
        if (at + 1 >= line.size()) break;
        from = at + 2;
        if (line[at + 1] == '/') return at;
        if (line[at + 1] != 'u') continue;
        std::uint32_t code = 0;
        const char* const digits = line.data() + from;
        const char* const end = digits + std::min(DIGITS, line.size() - from);
        if (std::from_chars(digits, end, code, 16).ptr != end || is_plain(code)) return at;
    }
    return std::string_view::npos;
}

}  // namespace hark
