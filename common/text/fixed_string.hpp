// A short text that is built on the stack: for the fixed parts of a line, which are then copied in
// one piece. The caller knows how long it can get; more is a bug.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hark {

template <std::size_t CAPACITY>
class ShortText {
   public:
    ShortText& append(std::string_view text) noexcept {
        assert(text.size() <= CAPACITY - size_);
        // Unlike memcpy(), which _FORTIFY_SOURCE turns into a checking call, this is inlined.
        std::copy_n(text.data(), text.size(), text_.data() + size_);
        size_ += text.size();
        return *this;
    }

    ShortText& append_number(std::uint64_t number) noexcept {
        assert(CAPACITY - size_ >= 20);
        char* const begin = text_.data() + size_;
        const char* const end = std::to_chars(begin, text_.data() + CAPACITY, number).ptr;
        size_ += static_cast<std::size_t>(end - begin);
        return *this;
    }

    [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), size_}; }

   private:
    std::array<char, CAPACITY> text_;  // not initialised: only what is written is read
    std::size_t size_ = 0;
};

}  // namespace hark
