#include "tools/peer/server_text.hpp"

#include "common/text/printable.hpp"

namespace hark {

std::string_view ServerText::decode(const LinePiece& piece) noexcept {
    const Evidence evidence = piece.end == LineEnd::line ? Evidence::whole : Evidence::cut;
    return decoder_.decode(piece.text, Place::middle, CharsetMode::automatic, evidence, proof_)
        .text;
}

std::string ServerText::printable(const LinePiece& piece) {
    std::string text;
    append_printable(text, decode(piece));
    return text;
}

}  // namespace hark
