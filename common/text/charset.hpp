// Which characters a peer's bytes are. Peers do not say: what a message can be decides, and if it
// can be two things, what the connection has proved before (docs/protocol.md).
#pragma once

#include "common/text/charset_mode.hpp"
#include "common/text/fixed_charset.hpp"
#include "common/text/gb18030.hpp"
#include "common/text/gbk_table.hpp"
#include "common/text/utf16.hpp"
#include "common/text/utf8.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace hark {

// The names of charsets in records; a decoder's fixed charsets have others.
namespace charset {
inline constexpr std::string_view UTF8 = "utf-8";  // ASCII too
inline constexpr std::string_view GB18030 = "gb18030";
inline constexpr std::string_view UTF16LE = "utf-16le";
inline constexpr std::string_view UTF16BE = "utf-16be";
inline constexpr std::string_view BYTES = "bytes";  // none
}  // namespace charset

// What a connection has proved last.
enum class Proof : std::uint8_t { none, utf8, gb18030 };

// How much a message's bytes can prove.
enum class Evidence : std::uint8_t {
    whole,  // it has an explicit end: it proves what it is
    tail,   // taken after a quiet time, and may have been cut inside a character: proves nothing
            // if it reads as UTF-8 that was cut there
    cut,    // known to be cut (a part, a time-out, a reset): proves nothing
};

// Where in a message the bytes are: a byte order mark counts only at the beginning.
enum class Place : std::uint8_t { beginning, middle };

struct Decoded {
    // UTF-8; a view of the message or of the decoder, valid until the decoder's next call.
    std::string_view text;
    // The message, without its byte order mark: what `text` stands for.
    std::string_view bytes;
    // Its name; lives as long as the decoder.
    std::string_view charset = charset::UTF8;
    // Whether encoding `text` in `charset` gives `bytes` again; otherwise they must be kept.
    bool exact = true;
    // Whether all of it is text in its charset.
    bool intact = true;
};

class CharsetDecoder {
   public:
    // The mode of that name, as configured: "auto", "utf-8", "gb18030", "utf-16le", "utf-16be" or a
    // charset of iconv's (FixedCharset), in lower case; the same for the same name. Nothing if
    // check_charset() finds fault with it, or too many are open.
    [[nodiscard]] std::optional<CharsetMode> open(std::string_view name);
    // The name of a mode of this decoder. Lives as long as the decoder.
    [[nodiscard]] std::string_view name(CharsetMode mode) const noexcept;

    // Decodes a message of at most a few KiB. `proof` is the connection's; automatic mode updates
    // it.
    [[nodiscard]] Decoded decode(std::string_view bytes, Place place, CharsetMode mode,
                                 Evidence evidence, Proof& proof) noexcept;

    // Where to cut `bytes`, the beginning of a message too long to be kept whole: the length up to
    // the end of the last whole character in its charset; all of it if it is in none.
    [[nodiscard]] std::size_t cut(std::string_view bytes, CharsetMode mode, Proof proof) noexcept;

    // Appends `text`, valid UTF-8, in the charset of `mode`; in UTF-8 if that is automatic or
    // UTF-16. False if the charset lacks a character; `bytes` is then unchanged.
    [[nodiscard]] bool encode(std::string_view text, CharsetMode mode, std::string& bytes) noexcept;

   private:
    // charset.cpp: charsets that were configured, and what both files need.
    [[nodiscard]] Decoded decode_told(std::string_view bytes, Place place,
                                      CharsetMode mode) noexcept;
    // Decodes into text_, and sets exact_. False if `bytes` are not GB18030.
    [[nodiscard]] bool decode_gb18030(std::string_view bytes) noexcept;
    [[nodiscard]] static Decoded as_utf8(std::string_view bytes, Place place) noexcept {
        const bool marked = place == Place::beginning && bytes.starts_with(utf8::BOM);
        if (marked) bytes.remove_prefix(utf8::BOM.size());
        return {.text = bytes, .bytes = bytes};
    }
    // Expects text_ as decode_gb18030() left it.
    [[nodiscard]] Decoded as_gb18030(std::string_view bytes) noexcept;
    [[nodiscard]] Decoded as_utf16(std::string_view bytes, CharsetMode mode) noexcept;
    [[nodiscard]] Decoded as_fixed(std::string_view bytes, FixedCharset& charset) noexcept;
    // Expects in text_ what could be read of `bytes`.
    [[nodiscard]] Decoded as_bytes(std::string_view bytes) const noexcept;
    [[nodiscard]] std::size_t border(std::string_view bytes, CharsetMode mode,
                                     Proof proof) noexcept;

    // charset_automatic.cpp: charsets that the bytes decide. `scan`: of all of them, without the
    // planes that are not assigned.
    [[nodiscard]] Decoded decode_no_utf8(std::string_view bytes, const utf8::Scan& scan,
                                         Place place, Evidence evidence, Proof& proof) noexcept;
    // All but the last character, which is cut.
    [[nodiscard]] Decoded as_cut_utf8(std::string_view bytes, Place place) noexcept;
    [[nodiscard]] Decoded decode_neither(std::string_view bytes, Proof proof) noexcept;
    // Whether GB18030 leaves fewer bytes over than UTF-8, which leaves `invalid_utf8`. If so,
    // again_ is their text.
    [[nodiscard]] bool reads_better_as_gb18030(std::string_view bytes, std::size_t invalid_utf8,
                                               Proof proof) noexcept;
    [[nodiscard]] std::size_t automatic_border(std::string_view bytes, Proof proof) noexcept;

    gb18030::Converter gb18030_;
    GbkTable gbk_;
    std::deque<FixedCharset> fixed_;  // a deque, whose elements never move
    std::string text_;
    bool exact_ = false;  // encoding text_ is known to give the bytes again
    std::string again_;
};

// What is wrong with the name of a charset in a configuration; nothing: it can be opened.
[[nodiscard]] std::optional<CharsetFault> check_charset(std::string_view name);

}  // namespace hark
