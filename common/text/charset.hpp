// Which characters a peer's bytes are. Peers do not say: a message is decided by what it can be,
// and where it can be two things, by what the connection has proved before (docs/protocol.md).
#pragma once

#include "common/text/gb18030.hpp"
#include "common/text/gbk_table.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

enum class Charset : std::uint8_t { utf8, gb18030, bytes };
// "utf-8", "gb18030", "bytes"
[[nodiscard]] std::string_view name(Charset charset) noexcept;

// What a listener was told to expect.
enum class CharsetMode : std::uint8_t { automatic, utf8, gb18030 };
// "auto", "utf-8", "gb18030"
[[nodiscard]] std::string_view name(CharsetMode mode) noexcept;

// What a connection has proved last.
enum class Proof : std::uint8_t { none, utf8, gb18030 };

// How much a message's bytes can prove.
enum class Evidence : std::uint8_t {
    whole,  // its end was said: it proves what it is
    tail,   // taken after a quiet time, and could have been cut inside a character: proves nothing
            // when it reads as UTF-8 that was
    cut,    // known to be cut (a part, a time-out, a reset): proves nothing
};

// Where in a message its bytes stand: a byte order mark is one only at the beginning.
enum class Place : std::uint8_t { beginning, middle };

struct Decoded {
    std::string_view text;  // UTF-8; a view of the bytes or of the decoder, until its next call
    Charset charset = Charset::utf8;
    bool exact = true;  // encoding `text` again gives the bytes
};

class CharsetDecoder {
   public:
    // Decodes a message of at most a few KiB. `proof` is the connection's, and is brought up to
    // date in automatic mode.
    [[nodiscard]] Decoded decode(std::string_view bytes, Place place, CharsetMode mode,
                                 Evidence evidence, Proof& proof) noexcept;

    // Where to cut `bytes`, the first of a message too long to be kept whole: the length of what
    // ends with a whole character of the charset it is in; all of it when it is in none.
    [[nodiscard]] std::size_t cut(std::string_view bytes, CharsetMode mode, Proof proof) noexcept;

    // Appends `text`, valid UTF-8, in `charset`, which is not `bytes`. False when a character has
    // no place in it; `bytes` is then as it was.
    [[nodiscard]] bool encode(std::string_view text, Charset charset, std::string& bytes) noexcept;

   private:
    // Into text_ and exact_. False when they are no GB18030.
    [[nodiscard]] bool decode_gb18030(std::string_view bytes) noexcept;
    // With text_ as decode_gb18030() left it.
    [[nodiscard]] Decoded as_gb18030(std::string_view bytes) noexcept;
    [[nodiscard]] Decoded as_bytes(std::string_view bytes, bool gb18030) noexcept;

    gb18030::Converter gb18030_;
    GbkTable gbk_;
    std::string text_;
    bool exact_ = false;  // encoding text_ is known to give the bytes again
    std::string again_;
};

}  // namespace hark
