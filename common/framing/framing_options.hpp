// How a listener's peers end their messages, as configured.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hark {

enum class Framing : std::uint8_t {
    automatic,  // terminators, and tails that quiet time ends
    line,       // terminators alone
    chunk,      // each read is a message
    delimited,  // the listener's own `end` and `begin`
    counted,    // a decimal length first (RFC 6587, 3.4.1)
    length,     // a binary length first
};
inline constexpr std::size_t FRAMINGS = static_cast<std::size_t>(Framing::length) + 1;
// "auto", "line", ...
[[nodiscard]] std::string_view name(Framing framing) noexcept;

// One to four bytes that begin or end a frame; empty: no delimiter.
class Delimiter {
   public:
    static constexpr std::size_t MAX_SIZE = 4;

    constexpr Delimiter() noexcept = default;
    // The first MAX_SIZE of `bytes`.
    explicit Delimiter(std::string_view bytes) noexcept;

    [[nodiscard]] std::string_view bytes() const noexcept { return {bytes_.data(), size_}; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    friend bool operator==(const Delimiter&, const Delimiter&) = default;

   private:
    std::array<char, MAX_SIZE> bytes_{};
    std::uint8_t size_ = 0;
};

enum class ByteOrder : std::uint8_t { big, little };

struct FramingOptions {
    static constexpr std::uint32_t MAX_MESSAGE = 1U << 30U;

    Framing framing = Framing::automatic;
    // Framing::delimited. Neither is a prefix of the other.
    Delimiter begin{};
    Delimiter end{};
    // Framing::length: 1, 2 or 4.
    std::uint8_t length_bytes = 4;
    ByteOrder length_order = ByteOrder::big;
    // Framing::counted, Framing::length: the most bytes in a message; up to MAX_MESSAGE.
    std::uint32_t max_message = 1U << 20U;
    friend bool operator==(const FramingOptions&, const FramingOptions&) = default;
};

}  // namespace hark
