#include "common/text/utf16.hpp"

#include "common/text/utf8.hpp"

namespace hark::utf16 {

namespace {

constexpr std::size_t UNIT = 2;

constexpr bool is_high(char32_t unit) noexcept {
    return unit >= 0xD800 && unit < 0xDC00;
}
constexpr bool is_low(char32_t unit) noexcept {
    return unit >= 0xDC00 && unit < 0xE000;
}

// The unit at `place`, where there are at least two bytes.
char32_t unit_at(std::string_view bytes, std::size_t place, Order order) noexcept {
    const auto octet = [&](std::size_t i) {
        return char32_t{static_cast<unsigned char>(bytes[place + i])};
    };
    return order == Order::big_endian ? octet(0) << 8 | octet(1) : octet(1) << 8 | octet(0);
}

}  // namespace

bool decode(std::string_view bytes, Order order, std::string& text) {
    bool intact = true;
    std::size_t i = 0;
    for (; i + UNIT <= bytes.size(); i += UNIT) {
        char32_t code = unit_at(bytes, i, order);
        if (is_high(code) && i + 2 * UNIT <= bytes.size()) {
            const char32_t low = unit_at(bytes, i + UNIT, order);
            if (is_low(low)) {
                code = 0x10000 + ((code & 0x3FF) << 10 | (low & 0x3FF));
                i += UNIT;
            }
        }
        if (is_high(code) || is_low(code)) {
            intact = false;
            text += utf8::REPLACEMENT;
        } else {
            utf8::append(text, code);
        }
    }
    if (i < bytes.size()) text += utf8::REPLACEMENT;
    return intact && i == bytes.size();
}

std::size_t whole(std::string_view bytes, Order order) noexcept {
    std::size_t size = bytes.size() - bytes.size() % UNIT;
    if (size >= UNIT && is_high(unit_at(bytes, size - UNIT, order))) size -= UNIT;
    return size;
}

}  // namespace hark::utf16
