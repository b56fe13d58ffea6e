#include "tools/records/literal_search.hpp"

#include <algorithm>
#include <bit>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace hark {

namespace {

constexpr char CASE_BIT = 0x20;

bool is_letter(char c) noexcept {
    const char lower = static_cast<char>(c | CASE_BIT);
    return lower >= 'a' && lower <= 'z';
}

char lower(char c) noexcept {
    return is_letter(c) ? static_cast<char>(c | CASE_BIT) : c;
}

// Roughly how often a byte occurs in harkd's JSON Lines: higher is more often.
int frequency(char c) noexcept {
    constexpr std::string_view COMMON = "\":,0123456789tesrnaco";  // most common first
    constexpr std::string_view LESS_COMMON = "ihmpdglfxbyu{}.-T ZvkwqjzI";
    if (const auto place = COMMON.find(c); place != std::string_view::npos) {
        return 200 - static_cast<int>(place);
    }
    if (const auto place = LESS_COMMON.find(c); place != std::string_view::npos) {
        return 100 - static_cast<int>(place);
    }
    // Beyond ASCII, the lead bytes of Chinese characters are common.
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0xE4 && byte <= 0xE9) return 150;
    return byte >= 0x80 ? 60 : 10;
}

}  // namespace

LiteralSearch::LiteralSearch(std::string_view needle, bool any_case)
    : needle_{needle}, any_case_{any_case} {
    if (any_case) std::transform(needle_.begin(), needle_.end(), needle_.begin(), lower);
    std::size_t rarest = 0;
    for (std::size_t i = 1; i < needle_.size(); ++i) {
        if (frequency(needle_[i]) < frequency(needle_[rarest])) rarest = i;
    }
    std::size_t next = rarest == 0 ? needle_.size() - 1 : 0;
    for (std::size_t i = 0; i < needle_.size(); ++i) {
        if (i != rarest && frequency(needle_[i]) < frequency(needle_[next])) next = i;
    }
    first_ = probe_at(rarest);
    second_ = probe_at(next);
}

LiteralSearch::Probe LiteralSearch::probe_at(std::size_t place) const noexcept {
    const char byte = needle_[place];
    return {place, byte, any_case_ && is_letter(byte) ? CASE_BIT : '\0'};
}

bool LiteralSearch::stands_at(const char* place) const noexcept {
    if (!any_case_) return std::equal(needle_.begin(), needle_.end(), place);
    return std::equal(needle_.begin(), needle_.end(), place,
                      [](char wanted, char c) { return wanted == lower(c); });
}

std::size_t LiteralSearch::find(std::string_view text, std::size_t from) const noexcept {
    if (text.size() < needle_.size()) return std::string_view::npos;
    const char* const data = text.data();
    const std::size_t places = text.size() - needle_.size() + 1;
    std::size_t i = from;
#ifdef __SSE2__
    constexpr std::size_t LANES = sizeof(__m128i);
    const __m128i first = _mm_set1_epi8(first_.byte);
    const __m128i second = _mm_set1_epi8(second_.byte);
    const __m128i first_fold = _mm_set1_epi8(first_.fold);
    const __m128i second_fold = _mm_set1_epi8(second_.fold);
    const auto load = [data](std::size_t place) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + place));
    };
    const auto equal = [&](std::size_t place) {
        const __m128i a = _mm_or_si128(load(place + first_.place), first_fold);
        const __m128i b = _mm_or_si128(load(place + second_.place), second_fold);
        return _mm_and_si128(_mm_cmpeq_epi8(a, first), _mm_cmpeq_epi8(b, second));
    };
    const auto check = [&](std::size_t place, __m128i hits) {
        auto bits = static_cast<unsigned>(_mm_movemask_epi8(hits));
        for (; bits != 0; bits &= bits - 1) {
            const std::size_t at = place + static_cast<std::size_t>(std::countr_zero(bits));
            if (stands_at(data + at)) return at;
        }
        return std::string_view::npos;
    };
    for (; i + 4 * LANES <= places; i += 4 * LANES) {
        const __m128i any = _mm_or_si128(_mm_or_si128(equal(i), equal(i + LANES)),
                                         _mm_or_si128(equal(i + 2 * LANES), equal(i + 3 * LANES)));
        if (_mm_movemask_epi8(any) == 0) continue;
        for (std::size_t block = i; block < i + 4 * LANES; block += LANES) {
            const std::size_t at = check(block, equal(block));
            if (at != std::string_view::npos) return at;
        }
    }
    for (; i + LANES <= places; i += LANES) {
        const std::size_t at = check(i, equal(i));
        if (at != std::string_view::npos) return at;
    }
    // The last places, overlapping some already checked: most texts are short.
    if (i < places && i - from >= LANES) return check(places - LANES, equal(places - LANES));
#endif
    for (; i < places; ++i) {
        const auto rarest = static_cast<char>(data[i + first_.place] | first_.fold);
        if (rarest == first_.byte && stands_at(data + i)) return i;
    }
    return std::string_view::npos;
}

}  // namespace hark
