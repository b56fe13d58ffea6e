#include "common/text/base64.hpp"

#include <array>
#include <cstdint>

namespace hark {

namespace {

constexpr std::string_view ALPHABET =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t NO_DIGIT = 64;

constexpr std::array<std::uint8_t, 256> make_digits() noexcept {
    std::array<std::uint8_t, 256> digits{};
    digits.fill(NO_DIGIT);
    for (std::size_t i = 0; i < ALPHABET.size(); ++i) {
        digits[static_cast<unsigned char>(ALPHABET[i])] = static_cast<std::uint8_t>(i);
    }
    return digits;
}
constexpr std::array<std::uint8_t, 256> DIGITS = make_digits();

}  // namespace

void append_base64(std::string& into, std::string_view bytes) {
    const std::size_t before = into.size();
    into.resize(before + (bytes.size() + 2) / 3 * 4, '=');
    char* out = into.data() + before;
    while (!bytes.empty()) {
        const std::size_t taken = bytes.size() < 3 ? bytes.size() : 3;
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8 | (i < taken ? static_cast<unsigned char>(bytes[i]) : 0U);
        }
        // In the last group, digits that hold no bits stay '='.
        for (std::size_t i = 0; i <= taken; ++i) out[i] = ALPHABET[group >> (18 - 6 * i) & 0x3F];
        out += 4;
        bytes.remove_prefix(taken);
    }
}

std::optional<std::string> decode_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && text.ends_with('=')) {
        text.remove_suffix(1);
        ++padding;
    }
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    unsigned held = 0;  // bits of a byte that is not complete
    for (const char c : text) {
        const std::uint8_t digit = DIGITS[static_cast<unsigned char>(c)];
        if (digit == NO_DIGIT) return std::nullopt;
        bits = (bits << 6U | digit) & 0xFFFFFFU;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        bytes.push_back(static_cast<char>(bits >> held & 0xFFU));
    }
    // The unused bits of the last digit must be zero.
    if ((bits & ((1U << held) - 1)) != 0) return std::nullopt;
    return bytes;
}

}  // namespace hark
