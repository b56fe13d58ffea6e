#include "tools/talk/talk_text.hpp"

#include "common/text/hex.hpp"
#include "common/text/printable.hpp"
#include "common/text/utf8.hpp"
#include "tools/peer/reply_json.hpp"

namespace hark {

namespace {

constexpr std::string_view OPERATOR = "operator:";

constexpr std::string_view GREEN = "\x1B[32m";
constexpr std::string_view RED = "\x1B[31m";
constexpr std::string_view BOLD = "\x1B[1m";

// Appends valid UTF-8 safe to show; any other byte becomes \xNN.
void append_bytes(std::string& into, std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t valid = utf8::scan(bytes).valid;
        append_printable(into, bytes.substr(0, valid));
        bytes.remove_prefix(valid);
        if (bytes.empty()) return;
        into += "\\x";
        append_hex(into, bytes.substr(0, 1));
        bytes.remove_prefix(1);
    }
}

}  // namespace

std::string TalkText::shown(const LinePiece& piece) {
    const Evidence evidence = piece.end == LineEnd::line ? Evidence::whole : Evidence::cut;
    const Decoded decoded =
        decoder_.decode(piece.text, Place::middle, CharsetMode::automatic, evidence, proof_);
    std::string text;
    if (!decoded.intact) {
        append_bytes(text, piece.text);
    } else {
        append_printable(text, decoded.text);
    }
    return text;
}

std::string TalkText::json(const LinePiece& piece) {
    const Evidence evidence = piece.end == LineEnd::line ? Evidence::whole : Evidence::cut;
    const Decoded decoded =
        decoder_.decode(piece.text, Place::middle, CharsetMode::automatic, evidence, proof_);
    return reply_json(decoded.text, piece.end);
}

std::string_view colour_of(const LinePiece& piece) noexcept {
    if (piece.end != LineEnd::line) return {};
    const reply::Reply reply = reply::parse(piece.text);
    switch (reply.kind) {
        case reply::Kind::ready:
        case reply::Kind::stored:
        case reply::Kind::bye:
            return GREEN;
        case reply::Kind::ended:
        case reply::Kind::not_stored:
            return RED;
        case reply::Kind::notice:
            return reply.text.starts_with(OPERATOR) ? BOLD : std::string_view{};
        case reply::Kind::other:
            break;
    }
    return {};
}

}  // namespace hark
