// The units that text is framed by: bytes, or the two-byte units of UTF-16, where the byte of a
// line end also occurs as half of other characters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace hark {

enum class CodeUnit : std::uint8_t { byte, utf16le, utf16be };

struct ByteUnits {
    static constexpr std::size_t WIDTH = 1;
    static constexpr std::string_view CR{"\r", 1};

    [[nodiscard]] static bool is(std::string_view data, std::size_t at, char what) noexcept {
        return data[at] == what;
    }
    // The first `what`, an ASCII character, at or after `from`; npos: none.
    [[nodiscard]] static std::size_t find(std::string_view data, char what,
                                          std::size_t from) noexcept {
        if (from >= data.size()) return std::string_view::npos;
        const void* found = std::memchr(data.data() + from, what, data.size() - from);
        if (found == nullptr) return std::string_view::npos;
        return static_cast<std::size_t>(static_cast<const char*>(found) - data.data());
    }
};

// `LOW`: the index of the low byte in a unit.
template <std::size_t LOW>
struct Utf16Units {
    static constexpr std::size_t WIDTH = 2;
    static constexpr std::string_view CR{LOW == 0 ? "\r\0" : "\0\r", 2};

    [[nodiscard]] static bool is(std::string_view data, std::size_t at, char what) noexcept {
        return data[at + LOW] == what && data[at + 1 - LOW] == '\0';
    }
    // Whether the unit at `at` is the first half of a surrogate pair.
    [[nodiscard]] static bool is_high_surrogate(std::string_view data, std::size_t at) noexcept {
        return (static_cast<unsigned char>(data[at + 1 - LOW]) & 0xFCU) == 0xD8U;
    }
    // Like ByteUnits::find. `data` begins with a whole unit; `from` is even.
    [[nodiscard]] static std::size_t find(std::string_view data, char what,
                                          std::size_t from) noexcept {
        for (; from + WIDTH <= data.size(); from += WIDTH) {
            if (is(data, from, what)) return from;
        }
        return std::string_view::npos;
    }
};
using Utf16LeUnits = Utf16Units<0>;
using Utf16BeUnits = Utf16Units<1>;

}  // namespace hark
