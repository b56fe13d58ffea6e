// Finds the end of a JSON string, in blocks of 16 bytes if the processor can compare that many.
#pragma once

#ifdef __SSE2__
#include <bit>

#include <emmintrin.h>
#endif

namespace hark {

struct JsonStringScan {
    const char* stop;  // the first quote, backslash or C0 control; the end if there is none
    bool is_plain;     // no byte before `stop` is above 0x7E
};

// Scans from `at` up to `end`.
[[nodiscard]] inline JsonStringScan scan_json_string(const char* at, const char* end) noexcept {
    bool is_plain = true;
#ifdef __SSE2__
    for (; end - at >= 16; at += 16) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block);
        const __m128i special = _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')),
                                             _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
        const auto stops = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(control, special)));
        // The sign bit is set in bytes that are not ASCII.
        auto odd = static_cast<unsigned>(
            _mm_movemask_epi8(_mm_or_si128(block, _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7F)))));
        if (stops == 0) {
            is_plain = is_plain && odd == 0;
            continue;
        }
        const int place = std::countr_zero(stops);
        odd &= (1U << static_cast<unsigned>(place)) - 1;
        return {at + place, is_plain && odd == 0};
    }
#endif
    for (; at != end; ++at) {
        const auto byte = static_cast<unsigned char>(*at);
        if (byte == '"' || byte == '\\' || byte < 0x20) break;
        is_plain = is_plain && byte < 0x7F;
    }
    return {at, is_plain};
}

}  // namespace hark
