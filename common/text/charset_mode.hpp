// What a listener's peers send, as configured: a value that every connection keeps.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hark {

class CharsetMode {
   public:
    enum class Kind : std::uint8_t {
        automatic,  // the bytes decide: UTF-8 or GB18030
        utf8,
        gb18030,
        utf16le,
        utf16be,
        fixed,  // one that iconv knows, opened by a CharsetDecoder
    };

    // How many fixed ones a decoder can tell apart.
    static constexpr std::size_t MOST_FIXED = 250;

    constexpr CharsetMode() noexcept = default;
    // Not for `fixed`.
    explicit constexpr CharsetMode(Kind kind) noexcept : value_{static_cast<std::uint8_t>(kind)} {}
    // `place`: in the decoder's table.
    [[nodiscard]] static constexpr CharsetMode fixed(std::size_t place) noexcept {
        CharsetMode mode{Kind::fixed};
        mode.value_ = static_cast<std::uint8_t>(mode.value_ + place);
        return mode;
    }

    // NOLINTBEGIN(readability-identifier-naming): written as enumerators are.
    static const CharsetMode automatic;
    static const CharsetMode utf8;
    static const CharsetMode gb18030;
    static const CharsetMode utf16le;
    static const CharsetMode utf16be;
    // NOLINTEND(readability-identifier-naming)

    [[nodiscard]] constexpr Kind kind() const noexcept {
        return value_ < FIXED ? static_cast<Kind>(value_) : Kind::fixed;
    }
    // The place of a fixed one, in the table of the decoder that opened it.
    [[nodiscard]] constexpr std::size_t place() const noexcept {
        return std::size_t{value_} - FIXED;
    }
    // Whether characters consist of two-byte units.
    [[nodiscard]] constexpr bool is_utf16() const noexcept {
        return kind() == Kind::utf16le || kind() == Kind::utf16be;
    }

    bool operator==(const CharsetMode&) const noexcept = default;

   private:
    static constexpr std::uint8_t FIXED = static_cast<std::uint8_t>(Kind::fixed);

    // One byte, since every connection has one: a kind, or FIXED and the place.
    std::uint8_t value_ = 0;
};

inline constexpr CharsetMode CharsetMode::automatic{Kind::automatic};
inline constexpr CharsetMode CharsetMode::utf8{Kind::utf8};
inline constexpr CharsetMode CharsetMode::gb18030{Kind::gb18030};
inline constexpr CharsetMode CharsetMode::utf16le{Kind::utf16le};
inline constexpr CharsetMode CharsetMode::utf16be{Kind::utf16be};

}  // namespace hark
