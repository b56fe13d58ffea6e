// Reads a text from its beginning, token by token. What does not match is left in place.
#pragma once

#include "common/text/number.hpp"

#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>

namespace hark {

class TextReader {
   public:
    explicit TextReader(std::string_view text) noexcept : rest_{text} {}

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    [[nodiscard]] bool at_digit() const noexcept { return !at_end() && is_digit(rest_.front()); }

    bool take(char wanted) noexcept {
        if (at_end() || rest_.front() != wanted) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool take(std::string_view wanted) noexcept {
        if (!rest_.starts_with(wanted)) return false;
        rest_.remove_prefix(wanted.size());
        return true;
    }
    void skip_blanks() noexcept {
        while (take(' ')) {
        }
    }
    // A number of `least` to `most` digits.
    std::optional<int> number(std::size_t least, std::size_t most) noexcept {
        std::size_t length = 0;
        int value = 0;
        while (length < most && length < rest_.size() && is_digit(rest_[length])) {
            value = value * 10 + (rest_[length++] - '0');
        }
        if (length < least) return std::nullopt;
        rest_.remove_prefix(length);
        return value;
    }
    // Digits with at most one decimal point.
    std::optional<double> decimal() noexcept {
        if (!at_digit()) return std::nullopt;
        return take_number<double>(rest_, std::chars_format::fixed);
    }
    std::string_view letters() noexcept {
        std::size_t length = 0;
        while (length < rest_.size() && is_letter(rest_[length])) ++length;
        const std::string_view taken = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return taken;
    }

   private:
    static bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
    static bool is_letter(char c) noexcept {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    std::string_view rest_;
};

}  // namespace hark
