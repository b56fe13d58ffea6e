#include "common/text/gb18030.hpp"

#include "common/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <system_error>

namespace hark::gb18030 {

namespace {

constexpr char EURO = '\x80';
constexpr char32_t EURO_CODE = 0x20AC;

// The most bytes a byte can become: a two-byte character takes up to four in UTF-8 (in six cases),
// and one with two bytes in UTF-8 takes up to four here.
constexpr std::size_t GROWTH = 2;

// How many bytes are tried at once if errors are expected. It keeps their cost linear: after each
// error, the bytes that were tried after it are tried again.
constexpr std::size_t LENIENT_STEP = 64;

constexpr unsigned char octet(std::string_view bytes, std::size_t i) noexcept {
    return static_cast<unsigned char>(bytes[i]);
}

constexpr bool is_lead(unsigned char byte) noexcept {
    return byte >= 0x81 && byte <= 0xFE;
}
constexpr bool is_digit(unsigned char byte) noexcept {
    return byte >= 0x30 && byte <= 0x39;
}

// How many bytes at the beginning are whole characters by form that iconv may know.
std::size_t run_length(std::string_view bytes) noexcept {
    std::size_t run = 0;
    for (;;) {
        run += utf8::ascii_prefix(bytes.substr(run));
        const std::string_view rest = bytes.substr(run);
        if (rest.empty() || rest.front() == EURO) return run;
        const std::size_t length = form_length(rest);
        if (length == 0 || length > rest.size()) return run;
        run += length;
    }
}

// A four-byte code as a number, in the order of the standard.
constexpr std::uint32_t linear(std::string_view code) noexcept {
    return ((octet(code, 0) - 0x81U) * 10 + octet(code, 1) - 0x30U) * 1260 +
           (octet(code, 2) - 0x81U) * 10 + octet(code, 3) - 0x30U;
}

// Four-byte codes whose characters have two-byte codes in the standard's 2022 edition. An older C
// library refuses them; a newer one reads the private-use codes that were exchanged for the
// characters.
struct Exchanged {
    std::uint32_t first;  // linear()
    std::uint32_t last;
    char32_t character;  // of the first
};
constexpr std::array EXCHANGED{
    Exchanged{linear("\x82\x35\x90\x37"), linear("\x82\x35\x91\x34"), 0x9FB4},
    Exchanged{linear("\x84\x31\x82\x36"), linear("\x84\x31\x83\x35"), 0xFE10},
};

// The range that contains a four-byte code, or null.
const Exchanged* find_exchanged(std::uint32_t code) noexcept {
    const auto found = std::ranges::find_if(EXCHANGED, [code](const Exchanged& range) {
        return code >= range.first && code <= range.last;
    });
    return found == EXCHANGED.end() ? nullptr : &*found;
}

// A character at the beginning of `bytes` that the C library does not know.
struct Unknown {
    char32_t code = 0;  // 0: there is none
    std::size_t length = 0;
};
Unknown first_unknown(std::string_view bytes) noexcept {
    if (bytes.front() == EURO) return {EURO_CODE, 1};
    if (bytes.size() < 4 || form_length(bytes) != 4) return {};
    const std::uint32_t place = linear(bytes);
    const Exchanged* const range = find_exchanged(place);
    return range == nullptr ? Unknown{} : Unknown{range->character + (place - range->first), 4};
}

struct Pair {
    unsigned char lead;
    unsigned char first_trail;
    unsigned char last_trail;
};
// The standard's 2022 edition moved these from private-use codes to characters that Unicode had
// added since, or the other way round.
constexpr std::array CONTESTED{
    Pair{0xA6, 0xD9, 0xDF}, Pair{0xA6, 0xEC, 0xED}, Pair{0xA6, 0xF3, 0xF3}, Pair{0xA8, 0xBC, 0xBC},
    Pair{0xFE, 0x51, 0x53}, Pair{0xFE, 0x59, 0x59}, Pair{0xFE, 0x61, 0x61}, Pair{0xFE, 0x66, 0x67},
    Pair{0xFE, 0x6C, 0x6D}, Pair{0xFE, 0x76, 0x76}, Pair{0xFE, 0x7E, 0x7E}, Pair{0xFE, 0x90, 0x91},
    Pair{0xFE, 0xA0, 0xA0},
};
constexpr std::uint32_t CONTESTED_FOUR = linear("\x81\x35\xF4\x37");

bool is_contested(std::string_view code) noexcept {
    if (code.size() == 4) {
        const std::uint32_t place = linear(code);
        return place == CONTESTED_FOUR || find_exchanged(place) != nullptr;
    }
    return code.size() == 2 && std::ranges::any_of(CONTESTED, [code](const Pair& pair) {
               return octet(code, 0) == pair.lead && octet(code, 1) >= pair.first_trail &&
                      octet(code, 1) <= pair.last_trail;
           });
}

IconvHandle open(const char* to, const char* from) {
    IconvHandle handle{to, from};
    if (handle.is_open()) return handle;
    throw std::runtime_error(std::string("cannot convert ") + from + " to " + to + ": " +
                             std::generic_category().message(errno) +
                             "; the C library's tables are in the package "
                             "libc-gconv-modules-extra (Debian; up to version 13, libc6) or "
                             "glibc-gconv-extra (Fedora, RHEL)");
}

}  // namespace

std::size_t form_length(std::string_view bytes) noexcept {
    if (bytes.empty()) return 1;
    if (octet(bytes, 0) <= 0x80) return 1;
    if (!is_lead(octet(bytes, 0))) return 0;
    if (bytes.size() < 2) return 2;
    const unsigned char second = octet(bytes, 1);
    if (!is_digit(second)) return second >= 0x40 && second != 0x7F && second != 0xFF ? 2 : 0;
    if (bytes.size() > 2 && !is_lead(octet(bytes, 2))) return 0;
    if (bytes.size() > 3 && !is_digit(octet(bytes, 3))) return 0;
    return 4;
}

Scan scan(std::string_view bytes) noexcept {
    Scan result;
    for (;;) {
        result.valid += utf8::ascii_prefix(bytes.substr(result.valid));
        const std::string_view rest = bytes.substr(result.valid);
        if (rest.empty()) return result;
        const std::size_t length = form_length(rest);
        if (length == 0 || length > rest.size()) {
            result.truncated = length != 0;
            return result;
        }
        result.valid += length;
    }
}

std::size_t border(std::string_view bytes) noexcept {
    for (std::size_t place = 0;; ++place) {
        const Scan found = scan(bytes.substr(place));
        place += found.valid;
        if (found.truncated || place == bytes.size()) return place;
    }
}

std::size_t count_malformed(std::string_view bytes) noexcept {
    std::size_t malformed = 0;
    for (;;) {
        bytes.remove_prefix(scan(bytes).valid);
        if (bytes.empty()) return malformed;
        ++malformed;
        bytes.remove_prefix(1);
    }
}

bool has_contested(std::string_view bytes) noexcept {
    for (;;) {
        bytes.remove_prefix(utf8::ascii_prefix(bytes));
        if (bytes.empty()) return false;
        const std::size_t length = form_length(bytes);
        if (is_contested(bytes.substr(0, length))) return true;
        bytes.remove_prefix(length);
    }
}

Converter::Converter() : from_{open("UTF-8", "GB18030")}, to_{open("GB18030", "UTF-8")} {
    // A C library can know the name and still lack the table.
    std::string text;
    std::string bytes;
    if (!decode("\xC4\xE3", text) || text != "\xE4\xBD\xA0" || !encode(text, bytes) ||
        bytes != "\xC4\xE3") {
        throw std::runtime_error("the C library's iconv does not convert GB18030 as it should");
    }
}

bool Converter::decode(std::string_view bytes, std::string& text) noexcept {
    const std::size_t before = text.size();
    for (;;) {
        const std::string_view run = bytes.substr(0, run_length(bytes));
        bytes.remove_prefix(from_.convert(run, text, GROWTH).bytes);
        if (bytes.empty()) return true;
        const Unknown unknown = first_unknown(bytes);
        if (unknown.code == 0) break;
        utf8::append(text, unknown.code);
        bytes.remove_prefix(unknown.length);
    }
    text.resize(before);
    return false;
}

std::size_t Converter::decode_leniently(std::string_view bytes, std::string& text) noexcept {
    std::size_t invalid = 0;
    while (!bytes.empty()) {
        const std::size_t run = run_length(bytes.substr(0, LENIENT_STEP));
        const std::size_t done = from_.convert(bytes.substr(0, run), text, GROWTH).bytes;
        bytes.remove_prefix(done);
        if (run > 0 && done == run) continue;
        const Unknown unknown = first_unknown(bytes);
        if (unknown.code != 0) {
            utf8::append(text, unknown.code);
            bytes.remove_prefix(unknown.length);
            continue;
        }
        // Only a lead byte is given up: what follows it may be good text, or the next lead.
        ++invalid;
        text += utf8::REPLACEMENT;
        bytes.remove_prefix(1);
    }
    return invalid;
}

bool Converter::encode(std::string_view text, std::string& bytes) noexcept {
    const std::size_t before = bytes.size();
    if (to_.convert(text, bytes, GROWTH).stop == IconvHandle::Stop::end) return true;
    bytes.resize(before);
    return false;
}

}  // namespace hark::gb18030
