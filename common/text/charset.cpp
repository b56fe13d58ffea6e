#include "common/text/charset.hpp"

#include "common/text/utf8.hpp"

#include <algorithm>
#include <array>

namespace hark {

namespace {

utf16::Order order_of(CharsetMode mode) noexcept {
    return mode == CharsetMode::utf16be ? utf16::Order::big_endian : utf16::Order::little_endian;
}

struct NamedMode {
    std::string_view name;
    CharsetMode mode;
};
constexpr std::array MODES{
    NamedMode{"auto", CharsetMode::automatic},
    NamedMode{charset::UTF8, CharsetMode::utf8},
    NamedMode{charset::GB18030, CharsetMode::gb18030},
    NamedMode{charset::UTF16LE, CharsetMode::utf16le},
    NamedMode{charset::UTF16BE, CharsetMode::utf16be},
    NamedMode{"utf8", CharsetMode::utf8},  // read, but never written
};

std::optional<CharsetMode> mode_named(std::string_view name) noexcept {
    for (const NamedMode& each : MODES) {
        if (each.name == name) return each.mode;
    }
    return std::nullopt;
}

}  // namespace

std::optional<CharsetFault> check_charset(std::string_view name) {
    CharsetFault fault{};
    if (mode_named(name) || FixedCharset::open(name, fault)) return std::nullopt;
    return fault;
}

std::optional<CharsetMode> CharsetDecoder::open(std::string_view name) {
    if (const auto mode = mode_named(name)) return mode;
    const auto known = std::ranges::find(fixed_, name, &FixedCharset::name);
    const auto place = static_cast<std::size_t>(known - fixed_.begin());
    if (known == fixed_.end()) {
        if (place == CharsetMode::MOST_FIXED) return std::nullopt;
        CharsetFault fault{};
        auto charset = FixedCharset::open(name, fault);
        if (!charset) return std::nullopt;
        fixed_.push_back(std::move(*charset));
    }
    return CharsetMode::fixed(place);
}

std::string_view CharsetDecoder::name(CharsetMode mode) const noexcept {
    for (const NamedMode& each : MODES) {
        if (each.mode == mode) return each.name;
    }
    return fixed_[mode.place()].name();
}

bool CharsetDecoder::encode(std::string_view text, CharsetMode mode, std::string& bytes) noexcept {
    switch (mode.kind()) {
        case CharsetMode::Kind::gb18030:
            return gb18030_.encode(text, bytes);
        case CharsetMode::Kind::fixed:
            return fixed_[mode.place()].encode(text, bytes);
        case CharsetMode::Kind::automatic:
        case CharsetMode::Kind::utf8:
        case CharsetMode::Kind::utf16le:
        case CharsetMode::Kind::utf16be:
            break;
    }
    bytes.append(text);
    return true;
}

bool CharsetDecoder::decode_gb18030(std::string_view bytes) noexcept {
    text_.clear();
    exact_ = gbk_.decode(bytes, text_, gb18030_);
    return exact_ || (gb18030::scan(bytes).valid == bytes.size() && gb18030_.decode(bytes, text_));
}

Decoded CharsetDecoder::as_gb18030(std::string_view bytes) noexcept {
    if (!exact_) {
        again_.clear();
        exact_ =
            gb18030_.encode(text_, again_) && again_ == bytes && !gb18030::has_contested(bytes);
    }
    return {.text = text_, .bytes = bytes, .charset = charset::GB18030, .exact = exact_};
}

Decoded CharsetDecoder::as_utf16(std::string_view bytes, CharsetMode mode) noexcept {
    text_.clear();
    const bool intact = utf16::decode(bytes, order_of(mode), text_);
    return {
        .text = text_, .bytes = bytes, .charset = name(mode), .exact = intact, .intact = intact};
}

Decoded CharsetDecoder::as_fixed(std::string_view bytes, FixedCharset& charset) noexcept {
    text_.clear();
    if (!charset.decode(bytes, text_)) {
        charset.decode_leniently(bytes, text_);
        return as_bytes(bytes);
    }
    if (text_ == bytes) return {.text = text_, .bytes = bytes};
    return {.text = text_,
            .bytes = bytes,
            .charset = charset.name(),
            .exact = charset.is_exact(bytes, text_)};
}

Decoded CharsetDecoder::as_bytes(std::string_view bytes) const noexcept {
    return {
        .text = text_, .bytes = bytes, .charset = charset::BYTES, .exact = false, .intact = false};
}

Decoded CharsetDecoder::decode_told(std::string_view bytes, Place place,
                                    CharsetMode mode) noexcept {
    if (mode.is_utf16()) return as_utf16(bytes, mode);
    const utf8::Scan scan = utf8::scan(bytes);
    const bool is_utf8 = scan.valid == bytes.size();
    const bool is_ascii = is_utf8 && scan.ascii;
    if (mode.kind() == CharsetMode::Kind::fixed) {
        FixedCharset& charset = fixed_[mode.place()];
        if (!is_ascii || !charset.keeps_ascii()) return as_fixed(bytes, charset);
    }
    if (is_ascii) return {.text = bytes, .bytes = bytes};
    text_.clear();
    if (mode == CharsetMode::gb18030) {
        if (decode_gb18030(bytes)) return as_gb18030(bytes);
        gb18030_.decode_leniently(bytes, text_);
        return as_bytes(bytes);
    }
    if (is_utf8) return as_utf8(bytes, place);
    utf8::append_leniently(text_, bytes);
    return as_bytes(bytes);
}

std::size_t CharsetDecoder::cut(std::string_view bytes, CharsetMode mode, Proof proof) noexcept {
    const std::size_t length = border(bytes, mode, proof);
    return length > 0 ? length : bytes.size();
}

std::size_t CharsetDecoder::border(std::string_view bytes, CharsetMode mode, Proof proof) noexcept {
    switch (mode.kind()) {
        case CharsetMode::Kind::automatic:
            return automatic_border(bytes, proof);
        case CharsetMode::Kind::utf8:
            return utf8::border(bytes, utf8::Planes::all);
        case CharsetMode::Kind::gb18030:
            return gb18030::border(bytes);
        case CharsetMode::Kind::utf16le:
        case CharsetMode::Kind::utf16be:
            return utf16::whole(bytes, order_of(mode));
        case CharsetMode::Kind::fixed:
            return fixed_[mode.place()].border(bytes);
    }
    return bytes.size();
}

}  // namespace hark
