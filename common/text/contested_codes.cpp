#include "common/text/contested_codes.hpp"

#include "common/text/utf8.hpp"

#include <algorithm>
#include <array>

namespace hark {

namespace {

using Form = ContestedCodes::Form;
using Range = ContestedCodes::Range;

// Signs that Unicode's table and Microsoft's map differently, the euro sign, and what ETEN added.
constexpr std::array BIG5{
    Range{0xA145, 0xA145}, Range{0xA14E, 0xA14E}, Range{0xA1C2, 0xA1C2}, Range{0xA1E3, 0xA1E3},
    Range{0xA1F2, 0xA1F3}, Range{0xA1FE, 0xA1FE}, Range{0xA240, 0xA242}, Range{0xA244, 0xA244},
    Range{0xA246, 0xA247}, Range{0xA3E1, 0xA3E1}, Range{0xC6A1, 0xC8FE}, Range{0xF9D6, 0xF9FE},
};
// From the 2008 edition of the supplement.
constexpr std::array BIG5_HKSCS{Range{0x877A, 0x87DF}};
// IBM's extensions, which NEC has at other codes.
constexpr std::array CP932{Range{0xFA40, 0xFC4B}};
// The euro sign.
constexpr std::array GBK{Range{0x80, 0x80}};
// The tilde of JIS X 0212.
constexpr std::array EUC_JP{Range{0x8FA2B7, 0x8FA2B7}};
// The postal code mark, a late addition; and the filler, which may begin an eight-byte syllable.
constexpr std::array EUC_KR{Range{0xA2E8, 0xA2E8}, Range{0xA4D4, 0xA4D4}};
// The same, and the won sign in place of the backslash.
constexpr std::array JOHAB{Range{0x5C, 0x5C}, Range{0xD9E8, 0xD9E8}};
// What the 2004 edition added, and signs.
constexpr std::array SHIFT_JISX0213{
    Range{0x815C, 0x815C}, Range{0x815F, 0x815F}, Range{0x81B0, 0x81B0}, Range{0x81D4, 0x81D5},
    Range{0x879F, 0x879F}, Range{0x889E, 0x889E}, Range{0x9873, 0x9873}, Range{0x989E, 0x989E},
    Range{0xEAA5, 0xEAA5}, Range{0xEFF8, 0xEFFC}, Range{0xFC5A, 0xFC5A},
};
constexpr std::array EUC_JISX0213{
    Range{0xA1BD, 0xA1BD}, Range{0xA2D6, 0xA2D7}, Range{0xAEA1, 0xAEA1},
    Range{0xAFFE, 0xAFFE}, Range{0xCFD4, 0xCFD4}, Range{0xCFFE, 0xCFFE},
    Range{0xF4A7, 0xF4A7}, Range{0xFEFA, 0xFEFE}, Range{0x8FFDBB, 0x8FFDBB},
};
// Accents and vowel points, which the C library joins with the letter before them.
constexpr std::array CP1255{Range{0xC0, 0xD3}};
constexpr std::array CP1258{Range{0xCC, 0xCC}, Range{0xD2, 0xD2}, Range{0xDE, 0xDE},
                            Range{0xEC, 0xEC}, Range{0xF2, 0xF2}};
constexpr std::array TCVN{Range{0xB0, 0xB4}};
// The Greek letter, or the sign that looks like it.
constexpr std::array MACINTOSH{Range{0xC6, 0xC6}};
// The euro sign, or the currency sign.
constexpr std::array MAC_CYRILLIC{Range{0xFF, 0xFF}};

struct Family {
    std::string_view name;
    std::span<const Range> ranges;
    Form form = Form::pairs;
};
// All names that iconv has for them.
constexpr std::array FAMILIES{
    Family{"big5", BIG5},
    Family{"big-5", BIG5},
    Family{"big-five", BIG5},
    Family{"bigfive", BIG5},
    Family{"cn-big5", BIG5},
    Family{"cp950", BIG5},
    Family{"big5-hkscs", BIG5_HKSCS},
    Family{"big5hkscs", BIG5_HKSCS},
    Family{"cp932", CP932, Form::shift_jis},
    Family{"cswindows31j", CP932, Form::shift_jis},
    Family{"ms932", CP932, Form::shift_jis},
    Family{"sjis-open", CP932, Form::shift_jis},
    Family{"sjis-win", CP932, Form::shift_jis},
    Family{"windows-31j", CP932, Form::shift_jis},
    Family{"cp936", GBK},
    Family{"gbk", GBK},
    Family{"ms936", GBK},
    Family{"windows-936", GBK},
    Family{"cseucpkdfmtjapanese", EUC_JP, Form::euc},
    Family{"euc-jp", EUC_JP, Form::euc},
    Family{"eucjp", EUC_JP, Form::euc},
    Family{"osf00030010", EUC_JP, Form::euc},
    Family{"ujis", EUC_JP, Form::euc},
    Family{"cseuckr", EUC_KR, Form::euc},
    Family{"euc-kr", EUC_KR, Form::euc},
    Family{"euckr", EUC_KR, Form::euc},
    Family{"cp1361", JOHAB},
    Family{"johab", JOHAB},
    Family{"mscp1361", JOHAB},
    Family{"shiftjisx0213", SHIFT_JISX0213, Form::shift_jis},
    Family{"shift_jisx0213", SHIFT_JISX0213, Form::shift_jis},
    Family{"euc-jisx0213", EUC_JISX0213, Form::euc},
    Family{"cp1255", CP1255, Form::single},
    Family{"ms-hebr", CP1255, Form::single},
    Family{"windows-1255", CP1255, Form::single},
    Family{"cp1258", CP1258, Form::single},
    Family{"windows-1258", CP1258, Form::single},
    Family{"tcvn", TCVN, Form::single},
    Family{"tcvn-5712", TCVN, Form::single},
    Family{"tcvn5712-1", TCVN, Form::single},
    Family{"tcvn5712-1:1993", TCVN, Form::single},
    Family{"mac", MACINTOSH, Form::single},
    Family{"macintosh", MACINTOSH, Form::single},
    Family{"mac-cyrillic", MAC_CYRILLIC, Form::single},
    Family{"maccyrillic", MAC_CYRILLIC, Form::single},
    Family{"ms-mac-cyrillic", MAC_CYRILLIC, Form::single},
    Family{"msmaccyrillic", MAC_CYRILLIC, Form::single},
};

// Private-use characters mean something only to those who have agreed on it. C1 controls do not
// belong to charsets with two-byte characters; only the C library lets them pass.
constexpr bool is_contested(char32_t code, Form form) noexcept {
    return (code >= 0xE000 && code <= 0xF8FF) || code >= 0xF0000 ||
           (form != Form::single && code >= 0x80 && code <= 0x9F);
}

}  // namespace

ContestedCodes ContestedCodes::of(std::string_view charset, bool multibyte) noexcept {
    ContestedCodes codes;
    const auto* const family = std::ranges::find(FAMILIES, charset, &Family::name);
    if (family != FAMILIES.end()) {
        codes.ranges_ = family->ranges;
        codes.form_ = family->form;
    } else {
        codes.form_ = multibyte ? Form::pairs : Form::single;
    }
    return codes;
}

bool ContestedCodes::are_in(std::string_view bytes, std::string_view text) const noexcept {
    while (!text.empty()) {
        text.remove_prefix(utf8::ascii_prefix(text));
        if (text.empty()) break;
        const utf8::Character next = utf8::first(text);
        if (is_contested(next.code, form_)) return true;
        text.remove_prefix(next.length);
    }
    if (ranges_.empty()) return false;
    while (!bytes.empty()) {
        const std::size_t length = std::min(bytes.size(), length_at(bytes.front()));
        unsigned code = 0;
        for (const char byte : bytes.substr(0, length)) {
            code = code << 8 | static_cast<unsigned char>(byte);
        }
        const auto has = [code](Range range) { return code >= range.first && code <= range.last; };
        if (std::ranges::any_of(ranges_, has)) return true;
        bytes.remove_prefix(length);
    }
    return false;
}

std::size_t ContestedCodes::length_at(char lead) const noexcept {
    const auto byte = static_cast<unsigned char>(lead);
    if (byte <= 0x80 || form_ == Form::single) return 1;
    if (form_ == Form::shift_jis && byte >= 0xA0 && byte <= 0xDF) return 1;
    return form_ == Form::euc && byte == 0x8F ? 3 : 2;
}

}  // namespace hark
