#include "tools/bench/corpus.hpp"

#include <algorithm>
#include <random>

namespace hark {

namespace {

using Random = std::minstd_rand;  // generates the same numbers everywhere

constexpr std::size_t MOST_MESSAGES = 512;
constexpr std::size_t FEWEST_MESSAGES = 8;
constexpr std::size_t USUAL_BYTES = 256 * 1024;

// A number from `first` to `last`. Slightly biased, but the same with every library.
std::uint32_t pick(Random& random, std::uint32_t first, std::uint32_t last) {
    return first + static_cast<std::uint32_t>(random()) % (last - first + 1);
}

// No "y", so no message is "bye"; no capitals, so no connection starts like another protocol.
char letter(Random& random) {
    constexpr std::string_view LETTERS = "abcdefghijklmnopqrstuvwxz0123456789";
    return LETTERS[pick(random, 0, LETTERS.size() - 1)];
}

// Words, without blanks at either end.
void append_ascii(std::string& into, std::size_t size, Random& random) {
    constexpr std::uint32_t WORD = 6;  // letters and a blank, on average
    bool blank = true;
    for (std::size_t place = 0; place < size; ++place) {
        const bool may_be_blank = !blank && place + 1 < size;
        blank = may_be_blank && pick(random, 1, WORD) == 1;
        into += blank ? ' ' : letter(random);
    }
}

void append_chinese(std::string& into, std::size_t size, Random& random) {
    constexpr std::size_t CHARACTER = 3;
    for (; size >= CHARACTER; size -= CHARACTER) {
        const std::uint32_t character = pick(random, 0x4E00, 0x9FA5);
        into += static_cast<char>(0xE0U | (character >> 12U));
        into += static_cast<char>(0x80U | ((character >> 6U) & 0x3FU));
        into += static_cast<char>(0x80U | (character & 0x3FU));
    }
    append_ascii(into, size, random);
}

// Characters of GB 2312's first level. In UTF-8 their lead bytes are continuation bytes, so the
// text is never valid UTF-8.
void append_gbk(std::string& into, std::size_t size, Random& random) {
    constexpr std::size_t CHARACTER = 2;
    for (; size >= CHARACTER; size -= CHARACTER) {
        into += static_cast<char>(pick(random, 0xB0, 0xC1));
        into += static_cast<char>(pick(random, 0xA1, 0xFE));
    }
    append_ascii(into, size, random);
}

// A GB18030 lead byte followed by a blank, which is valid in neither GB18030 nor UTF-8. Mixed with
// words, like noise on a line.
void append_undecodable(std::string& into, std::size_t size, Random& random) {
    constexpr std::size_t WORDS = 16;
    while (size > 0) {
        into += static_cast<char>(pick(random, 0x81, 0xFD));
        if (--size == 0) break;
        into += ' ';
        --size;
        const std::size_t words = std::min(size, WORDS);
        append_ascii(into, words, random);
        size -= words;
    }
}

void append_text(std::string& into, LoadCharset charset, std::size_t size, Random& random) {
    switch (charset) {
        case LoadCharset::ascii:
            return append_ascii(into, size, random);
        case LoadCharset::chinese:
            return append_chinese(into, size, random);
        case LoadCharset::gbk:
            return append_gbk(into, size, random);
        case LoadCharset::undecodable:
            return append_undecodable(into, size, random);
    }
}

std::string_view end_of(LoadFraming framing) noexcept {
    switch (framing) {
        case LoadFraming::lf:
            return "\n";
        case LoadFraming::crlf:
            return "\r\n";
        case LoadFraming::nul:
            return {"\0", 1};
        case LoadFraming::none:
            break;
    }
    return {};
}

}  // namespace

std::size_t least_size(LoadCharset charset) noexcept {
    switch (charset) {
        case LoadCharset::chinese:
            return 3;
        case LoadCharset::gbk:
            return 2;
        case LoadCharset::ascii:
        case LoadCharset::undecodable:
            break;
    }
    return 1;
}

Corpus::Corpus(LoadCharset charset, LoadFraming framing, std::size_t size)
    : stride_{size + end_of(framing).size()} {
    Random random{static_cast<unsigned>(charset) + 1};
    const std::size_t count = std::clamp(USUAL_BYTES / stride_, FEWEST_MESSAGES, MOST_MESSAGES);
    bytes_.reserve(count * stride_);
    for (std::size_t message = 0; message < count; ++message) {
        append_text(bytes_, charset, size, random);
        bytes_ += end_of(framing);
    }
}

}  // namespace hark
