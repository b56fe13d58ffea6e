#include "bench/payload.hpp"

#include <cstdint>

namespace hark::bench {

namespace {

// Minimal standard generator: generates the same numbers everywhere.
class Numbers {
   public:
    [[nodiscard]] unsigned below(unsigned limit) noexcept {
        state_ = state_ * 48271 % 2147483647;
        return static_cast<unsigned>(state_) % limit;
    }

   private:
    std::uint64_t state_ = 1;
};

char letter(Numbers& numbers) {
    return static_cast<char>('a' + numbers.below(26));
}

// With occasional blanks, but not at either end: syslog receivers strip those.
void append_ascii(std::string& text, std::size_t bytes, Numbers& numbers) {
    for (std::size_t index = 0; index < bytes; ++index) {
        const bool blank = index > 0 && index + 1 < bytes && numbers.below(6) == 0;
        text += blank ? ' ' : letter(numbers);
    }
}

// Common Chinese characters, U+4E00 to U+9FA5.
void append_utf8(std::string& text, std::size_t bytes, Numbers& numbers) {
    for (; bytes >= 3; bytes -= 3) {
        const unsigned character = 0x4E00 + numbers.below(0x9FA5 - 0x4E00);
        text += static_cast<char>(0xE0 | character >> 12);
        text += static_cast<char>(0x80 | (character >> 6 & 0x3F));
        text += static_cast<char>(0x80 | (character & 0x3F));
    }
    append_ascii(text, bytes, numbers);
}

// The first level of GB 2312, except its last row, which has gaps.
void append_gbk(std::string& text, std::size_t bytes, Numbers& numbers) {
    for (; bytes >= 2; bytes -= 2) {
        text += static_cast<char>(0xB0 + numbers.below(0xD7 - 0xB0));
        text += static_cast<char>(0xA1 + numbers.below(0xFF - 0xA1));
    }
    append_ascii(text, bytes, numbers);
}

// Mostly letters, mixed with bytes valid in no charset: 0xFE, and 0x81 before a blank. Never 0xFF,
// which telnet uses.
void append_undecodable(std::string& text, std::size_t bytes, Numbers& numbers) {
    constexpr std::size_t PIECE = 8;
    for (; bytes >= PIECE; bytes -= PIECE) {
        append_ascii(text, PIECE - 3, numbers);
        text += numbers.below(2) == 0 ? "\xFE-a" : "\x81 a";
    }
    for (; bytes > 0; --bytes) text += '\xFE';
}

void append_text(std::string& text, Text kind, std::size_t bytes, Numbers& numbers) {
    switch (kind) {
        case Text::ascii:
            return append_ascii(text, bytes, numbers);
        case Text::utf8:
            return append_utf8(text, bytes, numbers);
        case Text::gbk:
            return append_gbk(text, bytes, numbers);
        case Text::undecodable:
            return append_undecodable(text, bytes, numbers);
    }
}

}  // namespace

Payload::Payload(Text text, Protocol protocol, std::size_t bytes, std::size_t count) {
    Numbers numbers;
    std::string before;
    std::string_view after = "\n";
    if (protocol == Protocol::resp) {
        before = "*3\r\n$5\r\nLPUSH\r\n$5\r\nbench\r\n$" + std::to_string(bytes - 1) + "\r\n";
        after = "\r\n";
    }
    message_bytes_ = before.size() + bytes - 1 + after.size();
    data_.reserve(message_bytes_ * count);
    for (std::size_t index = 0; index < count; ++index) {
        data_ += before;
        append_text(data_, text, bytes - 1, numbers);
        data_ += after;
    }
}

}  // namespace hark::bench
