#include "common/text/gbk_table.hpp"

#include "common/text/utf8.hpp"

#include <cstring>
#include <utility>

namespace hark {

namespace {

// A two-byte code becomes at most three bytes; ASCII stays as it is.
constexpr std::size_t most_utf8(std::size_t bytes) noexcept {
    return bytes + bytes / 2;
}

char* put_utf8(char* into, char16_t code) noexcept {
    const auto tail = [code](unsigned shift) {
        return static_cast<char>(0x80U | (unsigned{code} >> shift & 0x3FU));
    };
    if (code < 0x800) {
        *into++ = static_cast<char>(0xC0U | unsigned{code} >> 6U);
    } else {
        *into++ = static_cast<char>(0xE0U | unsigned{code} >> 12U);
        *into++ = tail(6);
    }
    *into++ = tail(0);
    return into;
}

}  // namespace

// Inline, because reading GBK text is mostly this.
inline char16_t GbkTable::code(unsigned lead, unsigned trail,
                               gb18030::Converter& converter) noexcept {
    if (lead < FIRST_LEAD || lead > LAST_LEAD || trail < FIRST_TRAIL || trail > LAST_TRAIL) {
        return 0;
    }
    const std::unique_ptr<Row>& row = rows_[lead - FIRST_LEAD];
    if (row == nullptr) make_row(lead, converter);
    return (*row)[trail - FIRST_TRAIL];
}

bool GbkTable::decode(std::string_view bytes, std::string& text,
                      gb18030::Converter& converter) noexcept {
    const std::size_t before = text.size();
    text.resize(before + most_utf8(bytes.size()));
    char* into = text.data() + before;
    while (!bytes.empty()) {
        if (static_cast<unsigned char>(bytes[0]) < 0x80) {
            const std::size_t run = utf8::ascii_prefix(bytes);
            std::memcpy(into, bytes.data(), run);
            into += run;
            bytes.remove_prefix(run);
            continue;
        }
        const char16_t known = bytes.size() < 2
                                   ? u'\0'
                                   : code(static_cast<unsigned char>(bytes[0]),
                                          static_cast<unsigned char>(bytes[1]), converter);
        if (known == 0) {
            text.resize(before);
            return false;
        }
        into = put_utf8(into, known);
        bytes.remove_prefix(2);
    }
    text.resize(static_cast<std::size_t>(into - text.data()));
    return true;
}

void GbkTable::make_row(unsigned lead, gb18030::Converter& converter) noexcept {
    auto row = std::make_unique<Row>();
    std::string text;
    std::string again;
    for (unsigned trail = FIRST_TRAIL; trail <= LAST_TRAIL; ++trail) {
        const std::array bytes{static_cast<char>(lead), static_cast<char>(trail)};
        const std::string_view pair{bytes.data(), bytes.size()};
        text.clear();
        again.clear();
        if (gb18030::form_length(pair) != 2 || !converter.decode(pair, text)) continue;
        const utf8::Character character = utf8::first(text);
        const bool alone = character.length == text.size() && character.code <= 0xFFFF;
        if (!alone || !converter.encode(text, again) || again != pair) continue;
        if (gb18030::has_contested(pair)) continue;
        (*row)[trail - FIRST_TRAIL] = static_cast<char16_t>(character.code);
    }
    rows_[lead - FIRST_LEAD] = std::move(row);
}

}  // namespace hark
