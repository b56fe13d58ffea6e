// Scans text in blocks of 16 bytes, if the processor can compare that many at once (SSE2).
#pragma once

#ifdef __SSE2__

#include <bit>
#include <cstddef>
#include <string_view>

#include <emmintrin.h>

namespace hark {

// How many bytes at the beginning of `text`, which has at least 16, do not fail. `failing` returns
// a bit mask for a block: bit i is set if byte i fails.
template <typename Failing>
[[nodiscard]] std::size_t prefix_by_blocks(std::string_view text, Failing failing) noexcept {
    constexpr std::size_t BLOCK = sizeof(__m128i);
    const auto look = [&](std::size_t place) {
        return failing(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + place)));
    };
    std::size_t i = 0;
    for (; text.size() - i >= BLOCK; i += BLOCK) {
        const unsigned bad = look(i);
        if (bad != 0) return i + static_cast<std::size_t>(std::countr_zero(bad));
    }
    // The last 16 bytes, some of them for the second time.
    const std::size_t last = text.size() - BLOCK;
    const unsigned bad = look(last) >> (i - last);
    return bad == 0 ? text.size() : i + static_cast<std::size_t>(std::countr_zero(bad));
}

}  // namespace hark

#endif
