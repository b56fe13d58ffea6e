#include "common/record/console_lines.hpp"

#include "common/text/number.hpp"
#include "common/text/printable.hpp"

#include <array>
#include <chrono>
#include <iterator>
#include <optional>

#include <fmt/format.h>

namespace hark {

namespace {

constexpr std::string_view FAINT = "\x1b[2m";
constexpr std::string_view PEER = "\x1b[36m";
constexpr std::string_view WARNING = "\x1b[33m";
constexpr std::string_view ERROR = "\x1b[31m";
constexpr std::string_view PLAIN = "\x1b[0m";

template <typename T>
std::optional<T> find(const Record& record, Key key) noexcept {
    for (const Detail& detail : record.details) {
        if (detail.key != key) continue;
        if (const T* value = std::get_if<T>(&detail.value)) return *value;
    }
    return std::nullopt;
}

std::string_view text_of(const Record& record, Key key) noexcept {
    return find<std::string_view>(record, key).value_or(std::string_view{});
}

// The same, safe to show: a path may contain anything.
std::string shown(const Record& record, Key key) {
    return printable(text_of(record, key));
}

// Comes after the words about a connection.
void append_via(std::string& into, const Record& record) {
    if (const std::string via = shown(record, Key::via); !via.empty()) {
        into.append(" via ").append(via);
    }
}

std::uint64_t number_of(const Record& record, Key key) noexcept {
    return find<std::uint64_t>(record, key).value_or(0);
}

double seconds_of(const Record& record, Key key = Key::seconds) noexcept {
    return hark::seconds_of(find<Duration>(record, key).value_or(Duration{}));
}

void append_content(std::string& into, const Content& content) {
    if (content.message > 0) {
        into.push_back('#');
        append_number(into, content.message);
    }
    if (content.part > 0) {
        into.append(" part ");
        append_number(into, content.part);
    }
    into.append(": ");
    append_printable(into, content.text);
    if (!content.intact) into.append(" (kept as bytes)");
}

void append_closed(std::string& into, const Record& record) {
    const std::uint64_t messages = number_of(record, Key::messages);
    fmt::format_to(std::back_inserter(into), "closed ({}): {} message{}, {} bytes, {:.1f} s",
                   shown(record, Key::reason), messages, messages == 1 ? "" : "s",
                   number_of(record, Key::bytes), seconds_of(record));
    if (const std::uint64_t discarded = number_of(record, Key::discarded); discarded > 0) {
        fmt::format_to(std::back_inserter(into), ", {} bytes discarded", discarded);
    }
}

void append_intervention(std::string& into, const Record& record) {
    fmt::format_to(std::back_inserter(into), "operator (uid {}, pid {}): {}",
                   number_of(record, Key::uid), number_of(record, Key::pid),
                   shown(record, Key::action));
    if (const std::string level = shown(record, Key::level); !level.empty()) {
        into.append(" ").append(level);
    }
    for (const Key key : {Key::text, Key::reason}) {
        const std::string words = shown(record, key);
        if (!words.empty()) into.append(": ").append(words);
    }
}

std::string_view colour_of(const Record& record) noexcept {
    switch (record.event) {
        case Event::message:
        case Event::listening:
            return {};
        case Event::paused:
            return ERROR;
        case Event::diagnostic: {
            const std::string_view level = text_of(record, Key::level);
            if (level == "error" || level == "critical") return ERROR;
            return level == "warning" ? WARNING : std::string_view{};
        }
        case Event::probe:
        case Event::refused:
            return WARNING;
        case Event::connected:
        case Event::closed:
        case Event::intervention:
        case Event::resumed:
        case Event::reloaded:
        case Event::restarted:
        case Event::stopping:
            break;
    }
    return FAINT;
}

}  // namespace

void append_words(std::string& into, const Record& record) {
    const auto out = std::back_inserter(into);
    switch (record.event) {
        case Event::listening:
            fmt::format_to(out, "listening on {}", shown(record, Key::address));
            break;
        case Event::connected:
            into.append("connected");
            if (const auto at = shown(record, Key::listener); !at.empty()) {
                fmt::format_to(out, " to {}", at);
            }
            append_via(into, record);
            if (const auto name = shown(record, Key::cert); !name.empty()) {
                fmt::format_to(out, ", certificate {}", name);
            }
            break;
        case Event::message:
            append_content(into, *record.content);
            break;
        case Event::closed:
            append_closed(into, record);
            break;
        case Event::refused:
            into.append("refused");
            append_via(into, record);
            fmt::format_to(out, ": {}", shown(record, Key::reason));
            if (const std::uint64_t count = number_of(record, Key::count); count > 0) {
                fmt::format_to(out, " ({} more before it)", count);
            }
            break;
        case Event::probe:
            into.append("is no client of ours");
            append_content(into, *record.content);
            break;
        case Event::intervention:
            append_intervention(into, record);
            break;
        case Event::paused:
            fmt::format_to(out, "{} does not take records: {}; reading is paused",
                           shown(record, Key::sink), shown(record, Key::reason));
            break;
        case Event::resumed:
            fmt::format_to(out, "{} takes records again, after {:.1f} s", shown(record, Key::sink),
                           seconds_of(record));
            break;
        case Event::reloaded:
            into.append("configuration reloaded");
            break;
        case Event::restarted: {
            const std::uint64_t connections = number_of(record, Key::connections);
            fmt::format_to(out, "restarted: {} to {}, {} connection{} went on, {:.3f} s pause",
                           shown(record, Key::from), shown(record, Key::to), connections,
                           connections == 1 ? "" : "s", seconds_of(record, Key::pause));
            break;
        }
        case Event::stopping:
            fmt::format_to(out, "stopping: {}", shown(record, Key::reason));
            break;
        case Event::diagnostic:
            fmt::format_to(out, "{}: ", shown(record, Key::level));
            into.append(shown(record, Key::text));
            break;
    }
}

void LocalTimeText::append(std::string& into, WallTime time) {
    const auto second = std::chrono::floor<std::chrono::seconds>(time);
    const std::time_t stamp = second.time_since_epoch().count();
    if (stamp != second_) {
        std::tm local{};
        localtime_r(&stamp, &local);
        std::array<char, 32> text{};
        second_text_.assign(text.data(),
                            strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &local));
        second_ = stamp;
    }
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(time - second).count();
    const auto digit = [rest](int unit) { return static_cast<char>('0' + rest / unit % 10); };
    const std::array fraction{'.', digit(100), digit(10), digit(1)};
    into.append(second_text_).append(fraction.data(), fraction.size());
}

void ConsoleLines::append(std::string& into, const Record& record) {
    if (style_.time) {
        if (style_.colour) into.append(FAINT);
        time_.append(into, record.time);
        into.push_back(' ');
        if (style_.colour) into.append(PLAIN);
    }
    if (!record.peer.text.empty()) {
        if (style_.colour) into.append(PEER);
        into.append(record.peer.text);
        if (style_.colour) into.append(PLAIN);
        into.push_back(' ');
    }
    const std::string_view colour = style_.colour ? colour_of(record) : std::string_view{};
    into.append(colour);
    append_words(into, record);
    if (!colour.empty()) into.append(PLAIN);
    into.push_back('\n');
}

}  // namespace hark
