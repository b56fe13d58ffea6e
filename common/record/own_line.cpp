#include "common/record/own_line.hpp"

#include "common/record/json_escapes.hpp"
#include "common/record/json_string_scan.hpp"
#include "common/record/record_values.hpp"
#include "common/text/printable.hpp"
#include "common/text/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

namespace hark {

namespace {

constexpr std::size_t place(Key key) noexcept {
    return static_cast<std::size_t>(key);
}

// The key that usually follows another in a message; a wrong guess costs only a search.
constexpr auto USUAL_SUCCESSORS = [] {
    std::array<std::size_t, KEYS> table{};
    const auto follows = [&table](Key before, Key key) { table[place(before)] = place(key); };
    follows(Key::time, Key::run);
    follows(Key::run, Key::event);
    follows(Key::event, Key::conn);
    follows(Key::conn, Key::peer);
    follows(Key::peer, Key::seq);
    follows(Key::cert, Key::seq);
    follows(Key::seq, Key::text);
    follows(Key::part, Key::more);
    follows(Key::more, Key::text);
    follows(Key::text, Key::charset);
    follows(Key::charset, Key::bytes);
    follows(Key::bytes, Key::end);
    follows(Key::raw, Key::end);
    return table;
}();

// A key with its quotes and its colon, in two words.
struct KeyToken {
    std::array<std::uint64_t, 2> words{};
    std::array<std::uint64_t, 2> masks{};
    std::size_t size = 0;
};
constexpr std::size_t TOKEN_BYTES = 16;

KeyToken token_of(std::string_view name) noexcept {
    std::array<char, TOKEN_BYTES> text{};
    std::array<char, TOKEN_BYTES> mask{};
    KeyToken token;
    const auto put = [&](char c) {
        text[token.size] = c;
        mask[token.size++] = '\xFF';
    };
    put('"');
    for (const char c : name) put(c);
    put('"');
    put(':');
    std::memcpy(token.words.data(), text.data(), TOKEN_BYTES);
    std::memcpy(token.masks.data(), mask.data(), TOKEN_BYTES);
    return token;
}
static_assert(std::all_of(RECORD_KEYS.begin(), RECORD_KEYS.end(),
                          [](const KeySpec& row) { return row.name.size() + 3 <= TOKEN_BYTES; }));

const std::array<KeyToken, KEYS> TOKENS = [] {
    std::array<KeyToken, KEYS> tokens;
    for (std::size_t i = 0; i < KEYS; ++i) tokens[i] = token_of(RECORD_KEYS[i].name);
    return tokens;
}();

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

}  // namespace

bool OwnLine::read(std::string_view line, LogRecord& into) {
    into.clear();
    OwnLine reader{line, into};
    if (!reader.read()) return false;
    if (reader.is_canonical_) into.line_ = line;
    return true;
}

bool OwnLine::read() {
    if (!take('{')) return false;
    std::size_t first = 0;
    do {
        const std::size_t key = take_key(first);
        if (key == KEYS || !take_value(RECORD_KEYS[key])) return false;
        first = key + 1;
    } while (take(','));
    return take('}') && at_ == end_ && into_.is_record();
}

inline bool OwnLine::take(char wanted) noexcept {
    if (at_ == end_ || *at_ != wanted) return false;
    ++at_;
    return true;
}

std::size_t OwnLine::take_key(std::size_t first) noexcept {
    const std::size_t likely = first == 0 ? 0 : USUAL_SUCCESSORS[first - 1];
    if (likely >= first && take_key_at(likely)) return likely;
    for (std::size_t each = first; each < KEYS; ++each) {
        if (take_key_at(each)) return each;
    }
    return KEYS;
}

inline bool OwnLine::take_key_at(std::size_t place) noexcept {
    const KeyToken& token = TOKENS[place];
    std::array<std::uint64_t, 2> words{};
    const auto left = static_cast<std::size_t>(end_ - at_);
    if (left >= TOKEN_BYTES) {
        std::memcpy(words.data(), at_, TOKEN_BYTES);
    } else {
        std::memcpy(words.data(), at_, left);
    }
    if (((words[0] ^ token.words[0]) & token.masks[0]) != 0) return false;
    if (((words[1] ^ token.words[1]) & token.masks[1]) != 0) return false;
    at_ += token.size;
    return true;
}

inline bool OwnLine::take_value(const KeySpec& key) {
    switch (key.kind) {
        case KeyKind::text:
            return take_string(key.key);
        case KeyKind::time:
            return take_time();
        case KeyKind::count:
            return take_count(key.key);
        case KeyKind::seconds:
            return take_seconds(key.key);
        case KeyKind::flag:
            put(key.key, FLAG_VALUE);
            if (std::string_view{at_, end_}.substr(0, FLAG_VALUE.size()) != FLAG_VALUE) {
                return false;
            }
            at_ += FLAG_VALUE.size();
            return true;
    }
    return false;
}

bool OwnLine::take_time() noexcept {
    constexpr std::size_t SIZE = 27;
    if (!take('"') || static_cast<std::size_t>(end_ - at_) < SIZE) return false;
    const std::string_view text{at_, SIZE};
    if (!into_.parse_time(text)) return false;
    put(Key::time, text);
    at_ += SIZE;
    return take('"');
}

inline bool OwnLine::take_string(Key key) {
    if (!take('"')) return false;
    const char* const begin = at_;
    const JsonStringScan scan = scan_json_string(at_, end_);
    at_ = scan.stop;
    if (at_ == end_) return false;
    if (*at_ == '\\') return take_escaped_string(key, begin);
    const std::string_view value = since(begin);
    if (!scan.is_plain) {
        if (utf8::scan(value).valid != value.size()) return false;
        is_canonical_ = is_canonical_ && is_plain_json(value);
    }
    put(key, value);
    return value.size() <= LogRecord::MAX_VALUE && take('"');
}

bool OwnLine::take_escaped_string(Key key, const char* begin) {
    is_canonical_ = false;
    const std::size_t size = json_string_size({begin, static_cast<std::size_t>(end_ - begin)});
    if (size == std::string_view::npos) return false;
    std::string& text = into_.owned_[place(key)];
    text.clear();
    if (!append_json_unescaped(text, {begin, size})) return false;
    if (text.size() > LogRecord::MAX_VALUE) return false;
    put(key, text);
    at_ = begin + size;
    return take('"');
}

inline bool OwnLine::take_count(Key key) noexcept {
    const char* const begin = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    const std::string_view value = since(begin);
    put(key, value);
    constexpr std::size_t SURELY_IN_RANGE = 19;  // digits
    if (value.empty() || (value.size() > 1 && value.front() == '0')) return false;
    return value.size() <= SURELY_IN_RANGE || parse_count(value).has_value();
}

bool OwnLine::take_seconds(Key key) noexcept {
    const char* const begin = at_;
    while (at_ != end_ && (is_digit(*at_) || *at_ == '.')) ++at_;
    put(key, since(begin));
    return parse_seconds(since(begin)).has_value();
}

inline void OwnLine::put(Key key, std::string_view value) noexcept {
    into_.values_[place(key)] = value;
    into_.present_.set(place(key));
}

}  // namespace hark
