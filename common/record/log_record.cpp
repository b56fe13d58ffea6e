#include "common/record/log_record.hpp"

#include "common/record/record_values.hpp"
#include "common/text/printable.hpp"
#include "common/text/utf8.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <optional>

namespace hark {

namespace {

std::optional<Event> event_named(std::string_view text) noexcept {
    for (std::size_t i = 0; i < EVENTS; ++i) {
        if (name(static_cast<Event>(i)) == text) return static_cast<Event>(i);
    }
    return std::nullopt;
}

}  // namespace

// --- LogRecord ----------------------------------------------------------------------------------

bool LogRecord::set(Key key, std::string_view value) {
    if (value.size() > MAX_VALUE) return false;
    switch (key_spec(key).kind) {
        case KeyKind::text:
            if (utf8::scan(value).valid != value.size()) {
                std::string text;
                utf8::append_leniently(text, value);
                store(key, text);
                return true;
            }
            break;
        case KeyKind::time: {
            const auto time = parse_record_time(value);
            if (!time) return false;
            time_ = *time;
            break;
        }
        case KeyKind::count:
            if (!parse_count(value)) return false;
            break;
        case KeyKind::seconds:
            if (!parse_seconds(value)) return false;
            break;
        case KeyKind::flag:
            if (value != FLAG_VALUE) return false;
            break;
    }
    store(key, value);
    return true;
}

bool LogRecord::parse_time(std::string_view text) noexcept {
    constexpr std::size_t SIZE = 27;
    const std::size_t whole = second_text_.size();
    if (text.size() != SIZE || std::memcmp(text.data(), second_text_.data(), whole) != 0) {
        const auto time = parse_record_time(text);
        if (!time) return false;
        time_ = *time;
        second_ = std::chrono::floor<std::chrono::seconds>(time_);
        text.copy(second_text_.data(), whole);
        return true;
    }
    std::int64_t fraction = 0;
    for (std::size_t i = whole; i < SIZE - 1; ++i) {
        const char c = text[i];
        if (c < '0' || c > '9') return false;
        fraction = fraction * 10 + (c - '0');
    }
    time_ = second_ + std::chrono::microseconds{fraction};
    return text.back() == 'Z';
}

void LogRecord::store(Key key, std::string_view value) {
    values_[place(key)] = owned_[place(key)].assign(value);
    present_.set(place(key));
    line_ = {};
}

void LogRecord::copy(const LogRecord& other) {
    clear();
    for (const KeySpec& row : RECORD_KEYS) {
        if (other.has(row.key)) store(row.key, other.get(row.key));
    }
    time_ = other.time_;
}

bool LogRecord::is_record() const noexcept {
    return has(Key::time) && !get(Key::run).empty() && !get(Key::event).empty();
}

bool LogRecord::is_message() const noexcept {
    return get(Key::event) == name(Event::message);
}

std::uint64_t LogRecord::number(Key key) const noexcept {
    return parse_count(get(key)).value_or(0);
}

// --- RecordView ---------------------------------------------------------------------------------

const Record& RecordView::of(const LogRecord& from) {
    const std::optional<Event> event = event_named(from.get(Key::event));
    // The daemon's own records are shown unescaped; this one comes from a file.
    std::string_view peer = from.get(Key::peer);
    if (!is_shown_as_it_is(peer)) {
        peer_ = printable(peer);
        peer = peer_;
    }
    constexpr std::uint64_t MOST_PARTS = std::numeric_limits<std::uint32_t>::max();
    content_.message = from.number(Key::seq);
    content_.part = static_cast<std::uint32_t>(std::min(from.number(Key::part), MOST_PARTS));
    content_.more = from.has(Key::more);
    content_.text = from.get(Key::text);
    content_.bytes = from.number(Key::bytes);
    content_.charset = from.get(Key::charset);
    // There is no key for this. Bytes may be kept for intact text, too; that has U+FFFD only if its
    // sender meant it, and only GB18030 and UTF-8 have a code for it.
    content_.intact = content_.charset != charset::BYTES &&
                      !(from.has(Key::raw) && content_.charset != charset::GB18030 &&
                        content_.text.find(utf8::REPLACEMENT) != std::string_view::npos);
    detail_count_ = 0;
    if (event != Event::message) add_details(from, event ? Key::level : Key::event);
    const bool has_content = event == Event::message || event == Event::probe;
    record_ = {.event = event.value_or(Event::diagnostic),
               .time = from.time(),
               .connection = from.number(Key::conn),
               .peer = {.text = peer},
               .content = has_content ? &content_ : nullptr,
               .details = {details_.data(), detail_count_}};
    return record_;
}

void RecordView::add_details(const LogRecord& from, Key level) {
    for (const KeySpec& row : RECORD_KEYS) {
        const Key source = row.key == Key::level ? level : row.key;
        if (row.key != Key::level && !from.has(source)) continue;
        Detail& detail = details_[detail_count_++];
        detail.key = row.key;
        switch (row.kind) {
            case KeyKind::count:
                detail.value = from.number(source);
                break;
            case KeyKind::seconds:
                detail.value = parse_seconds(from.get(source)).value_or(Duration{});
                break;
            case KeyKind::text:
            case KeyKind::time:
            case KeyKind::flag:
                detail.value = from.get(source);
                break;
        }
    }
}

}  // namespace hark
