// Whether a message is in UTF-8 or in GB18030, if that is not configured.
#include "common/text/ambiguous.hpp"
#include "common/text/charset.hpp"
#include "common/text/weak_gb18030.hpp"

namespace hark {

namespace {

constexpr auto PLANES = utf8::Planes::assigned;

// This many whole characters of three or four bytes before a cut one mean UTF-8. In GB18030, one
// can occur by chance.
constexpr std::size_t enough_wide(Proof proof) noexcept {
    return proof == Proof::utf8 ? 1 : 2;
}

// Whether `bytes`, which can be both, count as GB18030.
bool prefers_gb18030(std::string_view bytes, Proof proof) noexcept {
    return proof == Proof::gb18030 || (proof == Proof::none && looks_like_gb18030(bytes));
}

}  // namespace

Decoded CharsetDecoder::decode(std::string_view bytes, Place place, CharsetMode mode,
                               Evidence evidence, Proof& proof) noexcept {
    if (mode != CharsetMode::automatic) return decode_told(bytes, place, mode);
    std::size_t ascii = 0;
    if (bytes.empty() || static_cast<unsigned char>(bytes.front()) < 0x80) {
        ascii = utf8::ascii_prefix(bytes);
        if (ascii == bytes.size()) return {.text = bytes, .bytes = bytes};
    }
    utf8::Scan scan = utf8::scan(bytes.substr(ascii), PLANES);
    scan.valid += ascii;
    if (scan.valid != bytes.size()) return decode_no_utf8(bytes, scan, place, evidence, proof);
    if (scan.wide > 0) {
        if (evidence != Evidence::cut) proof = Proof::utf8;
    } else if (prefers_gb18030(bytes, proof) && decode_gb18030(bytes)) {
        return as_gb18030(bytes);
    }
    return as_utf8(bytes, place);
}

Decoded CharsetDecoder::decode_no_utf8(std::string_view bytes, const utf8::Scan& scan, Place place,
                                       Evidence evidence, Proof& proof) noexcept {
    if (scan.truncated && scan.wide >= enough_wide(proof)) return as_cut_utf8(bytes, place);
    if (!decode_gb18030(bytes)) return decode_neither(bytes, proof);
    Decoded decoded = as_gb18030(bytes);
    if (proof == Proof::gb18030) return decoded;
    if (is_weak_gb18030(bytes)) {
        decoded.exact = false;
    } else if (evidence == Evidence::whole || (evidence == Evidence::tail && !scan.truncated)) {
        proof = Proof::gb18030;
    }
    return decoded;
}

Decoded CharsetDecoder::as_cut_utf8(std::string_view bytes, Place place) noexcept {
    Decoded decoded = as_utf8(bytes, place);
    text_.clear();
    utf8::append_leniently(text_, decoded.bytes, PLANES);
    decoded.text = text_;
    decoded.exact = false;
    decoded.intact = false;
    return decoded;
}

// Uses the charset that leaves fewer bytes over.
Decoded CharsetDecoder::decode_neither(std::string_view bytes, Proof proof) noexcept {
    text_.clear();
    const std::size_t invalid = utf8::append_leniently(text_, bytes, PLANES);
    if (reads_better_as_gb18030(bytes, invalid, proof)) text_.swap(again_);
    return as_bytes(bytes);
}

bool CharsetDecoder::reads_better_as_gb18030(std::string_view bytes, std::size_t invalid_utf8,
                                             Proof proof) noexcept {
    const auto better = [&](std::size_t invalid) {
        return invalid < invalid_utf8 || (invalid == invalid_utf8 && proof == Proof::gb18030);
    };
    if (!better(gb18030::count_malformed(bytes))) return false;
    again_.clear();
    return better(gb18030_.decode_leniently(bytes, again_));
}

std::size_t CharsetDecoder::automatic_border(std::string_view bytes, Proof proof) noexcept {
    const utf8::Scan scan = utf8::scan(bytes, PLANES);
    if (scan.valid == bytes.size() || scan.truncated) {
        const bool ambiguous = !scan.ascii && scan.wide == 0;
        if (!ambiguous || !prefers_gb18030(bytes.substr(0, scan.valid), proof)) return scan.valid;
        const std::size_t in_gb18030 = gb18030::border(bytes);
        return decode_gb18030(bytes.substr(0, in_gb18030)) ? in_gb18030 : scan.valid;
    }
    const std::size_t in_gb18030 = gb18030::border(bytes);
    const std::size_t in_utf8 = utf8::border(bytes, PLANES);
    const std::size_t invalid = utf8::count_invalid(bytes.substr(0, in_utf8), PLANES);
    return reads_better_as_gb18030(bytes.substr(0, in_gb18030), invalid, proof) ? in_gb18030
                                                                                : in_utf8;
}

}  // namespace hark
