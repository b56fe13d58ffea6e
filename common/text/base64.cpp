#include "common/text/base64.hpp"

#include <cstdint>

namespace hark {

void append_base64(std::string& into, std::string_view bytes) {
    static constexpr std::string_view ALPHABET =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t before = into.size();
    into.resize(before + (bytes.size() + 2) / 3 * 4, '=');
    char* out = into.data() + before;
    while (!bytes.empty()) {
        const std::size_t taken = bytes.size() < 3 ? bytes.size() : 3;
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            group = group << 8 | (i < taken ? static_cast<unsigned char>(bytes[i]) : 0U);
        }
        // Of the last group's four digits those that hold no bits stay '='.
        for (std::size_t i = 0; i <= taken; ++i) out[i] = ALPHABET[group >> (18 - 6 * i) & 0x3F];
        out += 4;
        bytes.remove_prefix(taken);
    }
}

}  // namespace hark
