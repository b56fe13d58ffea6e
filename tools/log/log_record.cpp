#include "tools/log/log_record.hpp"

#include "common/text/number.hpp"
#include "common/text/printable.hpp"
#include "common/text/utf8.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace hark {

namespace {

struct KeySpec {
    std::string_view name;
    LogValue value;
};

constexpr std::array<KeySpec, LOG_KEYS> SPECS{{
    {"time", LogValue::text},     {"run", LogValue::text},         {"event", LogValue::text},
    {"conn", LogValue::number},   {"peer", LogValue::text},        {"address", LogValue::text},
    {"listener", LogValue::text}, {"action", LogValue::text},      {"uid", LogValue::number},
    {"pid", LogValue::number},    {"level", LogValue::text},       {"sink", LogValue::text},
    {"reason", LogValue::text},   {"messages", LogValue::number},  {"seq", LogValue::number},
    {"part", LogValue::number},   {"more", LogValue::flag},        {"text", LogValue::text},
    {"charset", LogValue::text},  {"bytes", LogValue::number},     {"raw", LogValue::text},
    {"end", LogValue::text},      {"discarded", LogValue::number}, {"seconds", LogValue::seconds},
}};

bool are_digits(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char c) noexcept { return c >= '0' && c <= '9'; });
}

// The whole of `text` as JSON writes a number.
template <typename Number>
std::optional<Number> to_number(std::string_view text) noexcept {
    if (text.size() > 1 && text[0] == '0' && text[1] != '.') return std::nullopt;
    return parse_number<Number>(text);
}

// "2.417"
std::optional<Duration> to_seconds(std::string_view text) noexcept {
    constexpr double MOST = 1e9;
    const std::size_t point = text.find('.');
    if (!are_digits(text.substr(0, point))) return std::nullopt;
    if (point != std::string_view::npos && !are_digits(text.substr(point + 1))) return std::nullopt;
    const auto seconds = to_number<double>(text);
    if (!seconds || *seconds > MOST) return std::nullopt;
    return std::chrono::round<Duration>(std::chrono::duration<double>{*seconds});
}

std::optional<Event> event_named(std::string_view text) noexcept {
    for (std::size_t i = 0; i < EVENTS; ++i) {
        if (name(static_cast<Event>(i)) == text) return static_cast<Event>(i);
    }
    return std::nullopt;
}

}  // namespace

std::string_view name(LogKey key) noexcept {
    return SPECS[static_cast<std::size_t>(key)].name;
}

LogValue value_of(LogKey key) noexcept {
    return SPECS[static_cast<std::size_t>(key)].value;
}

std::optional<LogKey> log_key(std::string_view name) noexcept {
    for (std::size_t i = 0; i < LOG_KEYS; ++i) {
        if (SPECS[i].name == name) return static_cast<LogKey>(i);
    }
    return std::nullopt;
}

std::optional<WallTime> parse_record_time(std::string_view text) noexcept {
    constexpr std::string_view FORM = "dddd-dd-ddTdd:dd:dd.ddddddZ";
    if (text.size() != FORM.size()) return std::nullopt;
    for (std::size_t i = 0; i < FORM.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (FORM[i] == 'd' ? !digit : text[i] != FORM[i]) return std::nullopt;
    }
    const auto number = [text](std::size_t at, std::size_t length) noexcept {
        int value = 0;
        for (const char digit : text.substr(at, length)) value = value * 10 + (digit - '0');
        return value;
    };
    using namespace std::chrono;
    const year_month_day date{year{number(0, 4)}, month{static_cast<unsigned>(number(5, 2))},
                              day{static_cast<unsigned>(number(8, 2))}};
    const int second = number(17, 2);
    if (!date.ok() || number(11, 2) > 23 || number(14, 2) > 59 || second > 60) return std::nullopt;
    return sys_days{date} + hours{number(11, 2)} + minutes{number(14, 2)} + seconds{second} +
           microseconds{number(20, 6)};
}

// --- LogRecord ----------------------------------------------------------------------------------

bool LogRecord::set(LogKey key, std::string_view value) {
    if (value.size() > MAX_VALUE) return false;
    std::string& into = values_[place(key)];
    switch (value_of(key)) {
        case LogValue::text:
            if (key == LogKey::time) {
                const auto time = parse_record_time(value);
                if (!time) return false;
                time_ = *time;
            }
            into.clear();
            utf8::append_leniently(into, value);
            break;
        case LogValue::number:
            if (!are_digits(value) || !to_number<std::uint64_t>(value)) return false;
            into = value;
            break;
        case LogValue::seconds:
            if (!to_seconds(value)) return false;
            into = value;
            break;
        case LogValue::flag:
            if (value != "true") return false;
            into = value;
            break;
    }
    present_.set(place(key));
    return true;
}

bool LogRecord::is_record() const noexcept {
    return has(LogKey::time) && !get(LogKey::run).empty() && !get(LogKey::event).empty();
}

std::string_view LogRecord::get(LogKey key) const noexcept {
    return has(key) ? std::string_view{values_[place(key)]} : std::string_view{};
}

std::uint64_t LogRecord::number(LogKey key) const noexcept {
    return to_number<std::uint64_t>(get(key)).value_or(0);
}

// --- RecordView ---------------------------------------------------------------------------------

const Record& RecordView::of(const LogRecord& from) {
    const std::optional<Event> event = event_named(from.get(LogKey::event));
    // Shown as it is, since harkd makes it itself. This one is from a file.
    peer_ = printable(from.get(LogKey::peer));
    constexpr std::uint64_t MOST_PARTS = std::numeric_limits<std::uint32_t>::max();
    content_.message = from.number(LogKey::seq);
    content_.part = static_cast<std::uint32_t>(std::min(from.number(LogKey::part), MOST_PARTS));
    content_.more = from.has(LogKey::more);
    content_.text = from.get(LogKey::text);
    content_.bytes = from.number(LogKey::bytes);
    // The words tell bytes from text, and no more.
    content_.charset =
        from.get(LogKey::charset) == name(Charset::bytes) ? Charset::bytes : Charset::utf8;
    detail_count_ = 0;
    add_details(from, event ? LogKey::level : LogKey::event);
    const bool has_content = event == Event::message || event == Event::probe;
    record_ = {.event = event.value_or(Event::diagnostic),
               .time = from.time(),
               .connection = from.number(LogKey::conn),
               .peer = peer_,
               .content = has_content ? &content_ : nullptr,
               .details = {details_.data(), detail_count_}};
    return record_;
}

void RecordView::add_details(const LogRecord& from, LogKey level) {
    for (std::size_t i = 0; i < KEYS; ++i) {
        const auto key = static_cast<Key>(i);
        const std::optional<LogKey> source = log_key(name(key));
        Detail& detail = details_[detail_count_];
        detail.key = key;
        if (key == Key::level) {
            detail.value = from.get(level);
        } else if (!source || !from.has(*source)) {
            continue;
        } else if (value_of(*source) == LogValue::number) {
            detail.value = from.number(*source);
        } else if (value_of(*source) == LogValue::seconds) {
            detail.value = to_seconds(from.get(*source)).value_or(Duration{});
        } else {
            detail.value = from.get(*source);
        }
        ++detail_count_;
    }
}

}  // namespace hark
