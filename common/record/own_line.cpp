#include "common/record/own_line.hpp"

#include "common/record/json_escapes.hpp"
#include "common/record/record_values.hpp"
#include "common/text/printable.hpp"
#include "common/text/utf8.hpp"

#include <array>
#include <optional>

namespace hark {

namespace {

// The key that usually follows another in a message; a wrong guess costs a search, nothing else.
constexpr auto USUAL_SUCCESSORS = [] {
    std::array<Key, KEYS> table{};
    const auto follows = [&table](Key before, Key key) {
        table[static_cast<std::size_t>(before)] = key;
    };
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

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

}  // namespace

bool OwnLine::read(std::string_view line, LogRecord& into) {
    into.clear();
    return OwnLine{line, into}.read();
}

bool OwnLine::read() {
    if (!take("{")) return false;
    const KeySpec* key = nullptr;
    do {
        key = take_key(key);
        if (key == nullptr || !take_value(*key)) return false;
    } while (take(","));
    if (!take("}") || at_ != line_.size() || !into_.is_record()) return false;
    if (is_canonical_) into_.line_ = line_;
    return true;
}

bool OwnLine::take(std::string_view wanted) noexcept {
    if (line_.substr(at_, wanted.size()) != wanted) return false;
    at_ += wanted.size();
    return true;
}

const KeySpec* OwnLine::take_key(const KeySpec* previous) noexcept {
    if (!take("\"")) return nullptr;
    const auto take_name = [this](const KeySpec& candidate) noexcept {
        const std::size_t end = at_ + candidate.name.size();
        if (end + 2 > line_.size() || line_[end] != '"' || line_[end + 1] != ':') return false;
        if (line_.substr(at_, candidate.name.size()) != candidate.name) return false;
        at_ = end + 2;
        return true;
    };
    std::size_t first = 0;
    if (previous != nullptr) {
        first = static_cast<std::size_t>(previous->key) + 1;
        const KeySpec& likely = key_spec(USUAL_SUCCESSORS[first - 1]);
        if (likely.key > previous->key && take_name(likely)) return &likely;
    }
    for (std::size_t place = first; place < KEYS; ++place) {
        if (take_name(RECORD_KEYS[place])) return &RECORD_KEYS[place];
    }
    return nullptr;
}

bool OwnLine::take_value(const KeySpec& key) {
    switch (key.kind) {
        case KeyKind::text:
            return take_string(key.key);
        case KeyKind::time: {
            constexpr std::size_t SIZE = 27;
            if (!take("\"")) return false;
            const std::string_view text = line_.substr(at_, SIZE);
            const std::optional<WallTime> time = parse_record_time(text);
            if (!time) return false;
            into_.time_ = *time;
            put(key.key, text);
            at_ += SIZE;
            return take("\"");
        }
        case KeyKind::count:
            return take_count(key.key);
        case KeyKind::seconds:
            return take_seconds(key.key);
        case KeyKind::flag:
            put(key.key, FLAG_VALUE);
            return take(FLAG_VALUE);
    }
    return false;
}

bool OwnLine::take_string(Key key) {
    if (!take("\"")) return false;
    const std::size_t begin = at_;
    at_ += plain_json_prefix(line_.substr(at_));
    if (at_ < line_.size() && line_[at_] != '"') {
        // Beyond ASCII, there is still more to cut out than to decode.
        at_ = line_.find_first_of("\"\\", at_);
        if (at_ == std::string_view::npos) return false;
        if (line_[at_] == '\\') return take_escaped_string(key, begin);
        const std::string_view value = line_.substr(begin, at_ - begin);
        if (utf8::scan(value).valid != value.size() || has_control(value)) return false;
        is_canonical_ = is_canonical_ && is_plain_json(value);
    }
    const std::string_view value = line_.substr(begin, at_ - begin);
    if (value.size() > LogRecord::MAX_VALUE) return false;
    put(key, value);
    return take("\"");
}

bool OwnLine::take_escaped_string(Key key, std::size_t begin) {
    is_canonical_ = false;
    const std::size_t size = json_string_size(line_.substr(begin));
    if (size == std::string_view::npos) return false;
    std::string& text = into_.owned_[LogRecord::place(key)];
    text.clear();
    if (!append_json_unescaped(text, line_.substr(begin, size))) return false;
    if (text.size() > LogRecord::MAX_VALUE) return false;
    put(key, text);
    at_ = begin + size;
    return take("\"");
}

bool OwnLine::take_count(Key key) noexcept {
    const std::size_t begin = at_;
    while (at_ < line_.size() && is_digit(line_[at_])) ++at_;
    const std::string_view value = line_.substr(begin, at_ - begin);
    put(key, value);
    constexpr std::size_t SURELY_IN_RANGE = 19;  // digits
    if (value.empty() || (value.size() > 1 && value.front() == '0')) return false;
    return value.size() <= SURELY_IN_RANGE || parse_count(value).has_value();
}

bool OwnLine::take_seconds(Key key) noexcept {
    const std::size_t begin = at_;
    while (at_ < line_.size() && (is_digit(line_[at_]) || line_[at_] == '.')) ++at_;
    const std::string_view value = line_.substr(begin, at_ - begin);
    put(key, value);
    return parse_seconds(value).has_value();
}

void OwnLine::put(Key key, std::string_view value) noexcept {
    into_.values_[LogRecord::place(key)] = value;
    into_.present_.set(LogRecord::place(key));
}

}  // namespace hark
