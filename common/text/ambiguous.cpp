#include "common/text/ambiguous.hpp"

#include "common/text/utf8.hpp"

#include <array>
#include <cstdint>

namespace hark {

namespace {

enum class Kind : std::uint8_t {
    none,
    sign,
    latin,
    mark,
    greek,
    cyrillic,
    armenian,
    hebrew,
    arabic
};

// GB2312 has no trail byte below A1.
constexpr unsigned FIRST_TRAIL = 0xA1;
constexpr unsigned FIRST_LEAD = 0xC2;
constexpr unsigned LAST_LEAD = 0xDF;

struct Lead {
    Kind kind = Kind::none;
    std::uint32_t letters = 0;  // bit i: trail byte A0 + i makes a letter or sign that is in use
};
using Leads = std::array<Lead, LAST_LEAD - FIRST_LEAD + 1>;

constexpr std::uint32_t trails(unsigned from, unsigned to) {
    std::uint32_t bits = 0;
    for (unsigned trail = from; trail <= to; ++trail) bits |= 1U << (trail & 0x1F);
    return bits;
}
constexpr std::uint32_t trail(unsigned one) {
    return trails(one, one);
}

constexpr Leads LEADS = [] {
    Leads leads;
    const auto set = [&leads](unsigned lead, Kind kind, std::uint32_t letters) {
        leads[lead - FIRST_LEAD] = {kind, letters};
    };
    constexpr std::uint32_t ALL = trails(0xA1, 0xBF);
    set(0xC2, Kind::sign, ALL);   // U+00A1..00BF
    set(0xC3, Kind::latin, ALL);  // U+00E1..017F; lower ones have a trail byte below A1
    set(0xC4, Kind::latin, ALL);
    set(0xC5, Kind::latin, ALL);
    set(0xC6, Kind::latin, trail(0xA1) | trails(0xAF, 0xB0));  // ơ, Ư ư
    set(0xCA, Kind::mark, trails(0xBB, 0xBC));                 // the apostrophes ʻ ʼ
    set(0xCE, Kind::greek, trail(0xA1) | trails(0xA3, 0xA9) | trails(0xAC, 0xBF));
    set(0xD0, Kind::cyrillic, ALL);  // С..п
    // Letters of other Cyrillic languages: Ң Ү Ұ Ҳ Ҷ Һ, Ӣ Ө Ӯ, small and capital.
    set(0xD2, Kind::cyrillic,
        trails(0xA2, 0xA3) | trails(0xAE, 0xB3) | trails(0xB6, 0xB7) | trails(0xBA, 0xBB));
    set(0xD3, Kind::cyrillic, trails(0xA2, 0xA3) | trails(0xA8, 0xA9) | trails(0xAE, 0xAF));
    set(0xD4, Kind::armenian, trails(0xB1, 0xBF));
    set(0xD5, Kind::armenian, ALL);
    set(0xD7, Kind::hebrew, trails(0xA1, 0xAA));
    set(0xD8, Kind::arabic, trails(0xA1, 0xBA));
    set(0xD9, Kind::arabic, ALL);
    set(0xDA, Kind::arabic, ALL);
    set(0xDB, Kind::arabic, ALL);
    return leads;
}();

// A character of two bytes.
struct Pair {
    unsigned lead = 0;
    unsigned trail = 0;

    Pair(std::string_view bytes, std::size_t place) noexcept
        : lead{static_cast<unsigned char>(bytes[place])},
          trail{static_cast<unsigned char>(bytes[place + 1])} {}

    [[nodiscard]] Kind kind() const noexcept { return LEADS[lead - FIRST_LEAD].kind; }
    [[nodiscard]] bool is_letter() const noexcept {
        return (LEADS[lead - FIRST_LEAD].letters >> (trail & 0x1F) & 1) != 0;
    }
    // « » ¡ ¿, which may be next to letters of any kind.
    [[nodiscard]] bool is_punctuation() const noexcept {
        return lead == 0xC2 && (trail == 0xAB || trail == 0xBB || trail == 0xA1 || trail == 0xBF);
    }
    [[nodiscard]] bool is_capital() const noexcept {
        if (lead == 0xCE) return trail <= 0xA9;
        if (lead == 0xD0) return trail <= 0xAF;
        return kind() == Kind::cyrillic && trail % 2 == 0;
    }
    [[nodiscard]] bool is_small() const noexcept {
        return (kind() == Kind::greek || kind() == Kind::cyrillic) && !is_capital();
    }
    // ף and ץ, which occur only at the end of a word.
    [[nodiscard]] bool is_final() const noexcept {
        return lead == 0xD7 && (trail == 0xA3 || trail == 0xA5);
    }
    // For units that begin with a small letter: мм, мкФ, пФ.
    [[nodiscard]] bool is_metre() const noexcept { return lead == 0xD0 && trail == 0xBC; }
    [[nodiscard]] bool is_farad() const noexcept { return lead == 0xD0 && trail == 0xA4; }
    bool operator==(const Pair&) const noexcept = default;
};

constexpr bool is_ascii_letter(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
constexpr bool is_ascii_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool may_be_neighbours(Pair first, Pair second) noexcept {
    const Kind a = first.kind();
    const Kind b = second.kind();
    if (a == b || a == Kind::mark || b == Kind::mark) return true;
    if (first.is_punctuation() || second.is_punctuation()) return true;
    return (a == Kind::sign && b == Kind::latin) || (a == Kind::latin && b == Kind::sign);
}

// Whether these cannot be neighbours in one word.
bool breaks_a_word(Pair first, Pair second) noexcept {
    return !may_be_neighbours(first, second) || first.is_final() ||
           (first.is_small() && second.is_capital() && !second.is_farad());
}

// A run of two-byte letters, and what is next to it.
struct Run {
    std::string_view letters;
    bool beside_letter = false;  // of ASCII
    bool beside_digit = false;
};

// Whether no word is spelled like this. `any_letter`: the message has an ASCII letter.
bool is_odd(const Run& run, bool any_letter) noexcept {
    const std::size_t count = run.letters.size() / 2;
    std::uint32_t kinds = 0;
    bool base_cyrillic = false;
    for (std::size_t i = 0; i < count; ++i) {
        const Pair pair{run.letters, 2 * i};
        if (i + 1 < count && breaks_a_word(pair, {run.letters, 2 * i + 2})) return true;
        kinds |= 1U << static_cast<unsigned>(pair.kind());
        base_cyrillic = base_cyrillic || pair.lead == 0xD0;
    }
    const auto has = [kinds](Kind kind) { return (kinds >> static_cast<unsigned>(kind) & 1) != 0; };
    if (has(Kind::mark) && !run.beside_letter) return true;
    if (has(Kind::cyrillic) && !base_cyrillic) return true;
    if (has(Kind::armenian) && count == 1) return true;
    const bool latin = (kinds & ~(1U << static_cast<unsigned>(Kind::latin) |
                                  1U << static_cast<unsigned>(Kind::sign))) == 0;
    if (latin && count > 1 && !run.beside_letter && !run.beside_digit && !any_letter) return true;
    if (count != 2 || run.beside_letter) return false;
    const Pair first{run.letters, 0};
    return first == Pair{run.letters, 2} && !first.is_metre();
}

}  // namespace

bool looks_like_gb18030(std::string_view bytes) noexcept {
    bool odd = false;
    bool any_letter = false;
    for (std::size_t i = 0; i < bytes.size();) {
        if (static_cast<unsigned char>(bytes[i]) < 0x80) {
            any_letter = any_letter || is_ascii_letter(bytes[i]);
            ++i;
            continue;
        }
        const Pair pair{bytes, i};
        if (pair.trail < FIRST_TRAIL) return false;
        odd = odd || !pair.is_letter();
        i += 2;
    }
    for (std::size_t i = 0; i < bytes.size() && !odd;) {
        const std::size_t begin = i += utf8::ascii_prefix(bytes.substr(i));
        while (i < bytes.size() && static_cast<unsigned char>(bytes[i]) >= 0x80) i += 2;
        if (i == begin) break;
        Run run{.letters = bytes.substr(begin, i - begin)};
        const auto look = [&run](char c) {
            run.beside_letter = run.beside_letter || is_ascii_letter(c);
            run.beside_digit = run.beside_digit || is_ascii_digit(c);
        };
        if (begin > 0) look(bytes[begin - 1]);
        if (i < bytes.size()) look(bytes[i]);
        odd = is_odd(run, any_letter);
    }
    return odd;
}

}  // namespace hark
