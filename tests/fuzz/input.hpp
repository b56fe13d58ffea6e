// Takes a fuzzer's input apart: the text is at the front, so that a seed is mostly what a peer
// would send; what steers the test is taken off the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hark::fuzz {

class Input {
   public:
    explicit Input(std::string_view bytes) noexcept : bytes_{bytes} {}

    // The last byte; 0 if there is none.
    std::uint8_t byte() noexcept {
        if (bytes_.empty()) return 0;
        const char last = bytes_.back();
        bytes_.remove_suffix(1);
        return static_cast<std::uint8_t>(last);
    }
    // Below `bound`, which is at most 256.
    std::size_t below(std::size_t bound) noexcept { return byte() % bound; }
    bool flag() noexcept { return below(2) == 1; }
    // Up to `size` of the last bytes, in their order.
    std::string_view tail(std::size_t size) noexcept {
        const std::size_t from = size < bytes_.size() ? bytes_.size() - size : 0;
        const std::string_view taken = bytes_.substr(from);
        bytes_.remove_suffix(taken.size());
        return taken;
    }
    // All that has not been taken.
    [[nodiscard]] std::string_view text() const noexcept { return bytes_; }

   private:
    std::string_view bytes_;
};

}  // namespace hark::fuzz
