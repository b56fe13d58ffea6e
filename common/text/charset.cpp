#include "common/text/charset.hpp"

#include "common/text/utf8.hpp"

namespace hark {

namespace {

// Whether a message can be UTF-8 and GB18030 alike as far as its UTF-8 forms tell: a character of
// three or four bytes is never there by chance in GBK text that is valid UTF-8 from end to end.
bool is_ambiguous(const utf8::Scan& scan) noexcept {
    return !scan.ascii && !scan.wide;
}

Decoded as_utf8(std::string_view bytes, Place place) noexcept {
    const bool marked = place == Place::beginning && bytes.starts_with(utf8::BOM);
    if (marked) bytes.remove_prefix(utf8::BOM.size());
    return {bytes, Charset::utf8, !marked};
}

}  // namespace

std::string_view name(Charset charset) noexcept {
    switch (charset) {
        case Charset::utf8:
            return "utf-8";
        case Charset::gb18030:
            return "gb18030";
        case Charset::bytes:
            break;
    }
    return "bytes";
}

std::string_view name(CharsetMode mode) noexcept {
    switch (mode) {
        case CharsetMode::automatic:
            break;
        case CharsetMode::utf8:
            return "utf-8";
        case CharsetMode::gb18030:
            return "gb18030";
    }
    return "auto";
}

bool CharsetDecoder::encode(std::string_view text, Charset charset, std::string& bytes) noexcept {
    if (charset == Charset::gb18030) return gb18030_.encode(text, bytes);
    bytes.append(text);
    return true;
}

bool CharsetDecoder::decode_gb18030(std::string_view bytes) noexcept {
    text_.clear();
    exact_ = gbk_.decode(bytes, text_, gb18030_);
    return exact_ || gb18030_.decode(bytes, text_);
}

Decoded CharsetDecoder::as_gb18030(std::string_view bytes) noexcept {
    if (!exact_) {
        again_.clear();
        exact_ = gb18030_.encode(text_, again_) && again_ == bytes;
    }
    return {text_, Charset::gb18030, exact_};
}

Decoded CharsetDecoder::as_bytes(std::string_view bytes, bool gb18030) noexcept {
    text_.clear();
    if (gb18030) {
        gb18030_.decode_leniently(bytes, text_);
    } else {
        utf8::append_leniently(text_, bytes);
    }
    return {text_, Charset::bytes, false};
}

Decoded CharsetDecoder::decode(std::string_view bytes, Place place, CharsetMode mode,
                               Evidence evidence, Proof& proof) noexcept {
    const utf8::Scan scan = utf8::scan(bytes);
    const bool is_utf8 = scan.valid == bytes.size();
    if (is_utf8 && scan.ascii) return {bytes, Charset::utf8, true};

    if (mode == CharsetMode::utf8) return is_utf8 ? as_utf8(bytes, place) : as_bytes(bytes, false);
    if (mode == CharsetMode::gb18030) {
        return decode_gb18030(bytes) ? as_gb18030(bytes) : as_bytes(bytes, true);
    }

    if (is_utf8) {
        if (is_ambiguous(scan)) {
            if (proof == Proof::gb18030 && decode_gb18030(bytes)) return as_gb18030(bytes);
        } else if (evidence != Evidence::cut) {
            proof = Proof::utf8;
        }
        return as_utf8(bytes, place);
    }
    if (decode_gb18030(bytes)) {
        if (evidence == Evidence::whole || (evidence == Evidence::tail && !scan.truncated)) {
            proof = Proof::gb18030;
        }
        return as_gb18030(bytes);
    }
    return as_bytes(bytes, proof == Proof::gb18030);
}

std::size_t CharsetDecoder::cut(std::string_view bytes, CharsetMode mode, Proof proof) noexcept {
    const gb18030::Scan gb = gb18030::scan(bytes);
    const auto is_gb18030 = [&] {
        return gb.valid > 0 && (gb.valid == bytes.size() || gb.truncated) &&
               decode_gb18030(bytes.substr(0, gb.valid));
    };
    if (mode != CharsetMode::gb18030) {
        const utf8::Scan scan = utf8::scan(bytes);
        const bool is_utf8 = scan.valid > 0 && (scan.valid == bytes.size() || scan.truncated);
        const bool by_proof =
            mode == CharsetMode::automatic && is_ambiguous(scan) && proof == Proof::gb18030;
        if (is_utf8 && !(by_proof && is_gb18030())) return scan.valid;
        if (mode == CharsetMode::utf8) return bytes.size();
    }
    return is_gb18030() ? gb.valid : bytes.size();
}

}  // namespace hark
