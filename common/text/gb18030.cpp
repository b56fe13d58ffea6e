#include "common/text/gb18030.hpp"

#include "common/text/utf8.hpp"

#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <system_error>

namespace hark::gb18030 {

namespace {

constexpr char EURO = '\x80';
constexpr std::string_view EURO_UTF8 = "\xE2\x82\xAC";

// The most bytes a byte can become: a character of two takes up to four in UTF-8 (in six cases),
// and one of two in UTF-8 takes up to four here.
constexpr std::size_t GROWTH = 2;

// What is tried at once where errors are expected, so that their cost is linear: after each, what
// was tried behind it is tried again.
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

// How many bytes at the beginning are whole characters by form which iconv may know.
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

// Appends what `handle` makes of `bytes`, up to the first it cannot convert; returns how many it
// could.
std::size_t convert(iconv_t handle, std::string_view bytes, std::string& into) noexcept {
    if (bytes.empty()) return 0;
    iconv(handle, nullptr, nullptr, nullptr, nullptr);
    const std::size_t before = into.size();
    std::size_t room = bytes.size() * GROWTH;
    into.resize(before + room);
    char* in = const_cast<char*>(bytes.data());  // iconv's old signature: it does not write there
    std::size_t left = bytes.size();
    char* out = into.data() + before;
    iconv(handle, &in, &left, &out, &room);
    into.resize(into.size() - room);
    return bytes.size() - left;
}

iconv_t open(const char* to, const char* from) {
    const iconv_t handle = iconv_open(to, from);
    if (handle != reinterpret_cast<iconv_t>(std::intptr_t{-1})) return handle;
    throw std::runtime_error(std::string("cannot convert ") + from + " to " + to + ": " +
                             std::generic_category().message(errno) +
                             "; the C library's tables are in the package libc6 (Debian, Ubuntu) "
                             "or glibc-gconv-extra (Fedora, RHEL)");
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

void Converter::Close::operator()(iconv_t handle) const noexcept {
    iconv_close(handle);
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
        bytes.remove_prefix(convert(from_.get(), bytes.substr(0, run_length(bytes)), text));
        if (bytes.empty()) return true;
        if (bytes.front() != EURO) break;
        text += EURO_UTF8;
        bytes.remove_prefix(1);
    }
    text.resize(before);
    return false;
}

void Converter::decode_leniently(std::string_view bytes, std::string& text) noexcept {
    while (!bytes.empty()) {
        const std::size_t run = run_length(bytes.substr(0, LENIENT_STEP));
        const std::size_t done = convert(from_.get(), bytes.substr(0, run), text);
        bytes.remove_prefix(done);
        if (run > 0 && done == run) continue;
        // Only a lead byte is given up: what follows it may be good text, or the next lead.
        text += bytes.front() == EURO ? EURO_UTF8 : utf8::REPLACEMENT;
        bytes.remove_prefix(1);
    }
}

bool Converter::encode(std::string_view text, std::string& bytes) noexcept {
    const std::size_t before = bytes.size();
    if (convert(to_.get(), text, bytes) == text.size()) return true;
    bytes.resize(before);
    return false;
}

}  // namespace hark::gb18030
