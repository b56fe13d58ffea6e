#include "common/record/journal_entries.hpp"

#include "common/record/console_lines.hpp"
#include "common/record/journal_field.hpp"
#include "common/record/record_values.hpp"
#include "common/text/base64.hpp"
#include "common/text/number.hpp"
#include "common/text/utf8.hpp"

#include <variant>

namespace hark {

using journal::append_field;
using journal::FieldName;
using journal::MessageId;

namespace {

// syslog(3)
enum class Priority : char { error = '3', warning = '4', notice = '5', info = '6', debug = '7' };

// Explained to people in systemd/harkd.catalog.
constexpr std::array<MessageId, EVENTS> MESSAGE_IDS{
    "bfe0a8bdb6c1440687344966fc9416cc",  // listening
    "e2b0e6f034f94ff0ae9cfd2621a74c7a",  // connected
    "16322ce577aa4b22a66ed10199f8c027",  // message
    "6636031d89e24ac592a44a852ea4f40f",  // closed
    "2cc732741cda4f55a05426d2a7e50bfa",  // refused
    "6efbb8b8f7da48e5898b1f23a35cf147",  // probe
    "71493389cade4ae99b0ed2d425e2468e",  // operator
    "e7949eea71564d29a2369db474dc0fcb",  // paused
    "38026647aa0d4a45bfdc72298216b843",  // resumed
    "1f2618814e5b42cb86ec7ffc6c5b3e0f",  // reloaded
    "60a222b0d8654a2e8bc168ebe0d30594",  // restarted
    "3425f8372e134d3ba9772bef9a028a04",  // stopping
    "281f9937320c41888c11d9341ede0617",  // diagnostic
};

// SYSLOG_IDENTIFIER, MESSAGE_ID, PRIORITY, HARK_RUN, HARK_EVENT, MESSAGE
constexpr std::size_t COMMON_FIELDS = 6;
constexpr std::size_t ORIGIN_FIELDS = 4;
constexpr std::size_t CONTENT_FIELDS = 8;
// Per event; see where the records are made.
constexpr std::size_t MAX_DETAILS = 6;
static_assert(COMMON_FIELDS + ORIGIN_FIELDS + CONTENT_FIELDS <= JournalEntries::MAX_FIELDS);
static_assert(COMMON_FIELDS + ORIGIN_FIELDS + MAX_DETAILS <= JournalEntries::MAX_FIELDS);

Priority priority_of(std::string_view level) noexcept {
    if (level == "trace" || level == "debug") return Priority::debug;
    if (level == "info") return Priority::info;
    return level == "warning" ? Priority::warning : Priority::error;
}

Priority priority_of(const Record& record) noexcept {
    for (const Detail& detail : record.details) {
        if (detail.key != Key::level) continue;
        if (const auto* level = std::get_if<std::string_view>(&detail.value)) {
            return priority_of(*level);
        }
    }
    return Priority::info;
}

// The common priority of all records of an event.
Priority priority_of(Event event) noexcept {
    switch (event) {
        case Event::message:
        case Event::intervention:
            return Priority::notice;
        case Event::refused:
            return Priority::warning;
        case Event::paused:
            return Priority::error;
        case Event::listening:
        case Event::connected:
        case Event::closed:
        case Event::probe:
        case Event::resumed:
        case Event::reloaded:
        case Event::restarted:
        case Event::stopping:
        case Event::diagnostic:
            break;
    }
    return Priority::info;
}

void append_priority(std::string& into, Priority priority) {
    const char digit = static_cast<char>(priority);
    append_field(into, "PRIORITY", {&digit, 1});
}

void append_count(std::string& into, FieldName name, std::uint64_t number) {
    into.append(name.text()).push_back('=');
    append_number(into, number);
    into.push_back('\n');
}

void append_content_fields(std::string& into, const Content& content) {
    if (content.message > 0) append_count(into, journal_field(Key::seq), content.message);
    if (content.part > 0) append_count(into, journal_field(Key::part), content.part);
    if (content.more) append_field(into, journal_field(Key::more), FLAG_VALUE);
    append_field(into, journal_field(Key::text), content.text);
    append_field(into, journal_field(Key::charset), content.charset);
    append_count(into, journal_field(Key::bytes), content.bytes);
    if (!content.exact) {
        into.append(journal_field(Key::raw).text()).push_back('=');
        append_base64(into, content.raw);
        into.push_back('\n');
    }
    if (content.message > 0) append_field(into, journal_field(Key::end), name(content.end));
}

struct AppendDetail {
    std::string& into;
    FieldName name;

    // A path or a reason may not be valid UTF-8.
    void operator()(std::string_view bytes) const {
        std::string text;
        utf8::append_leniently(text, bytes);
        append_field(into, name, text);
    }
    void operator()(std::uint64_t number) const { append_count(into, name, number); }
    void operator()(Duration duration) const {
        into.append(name.text()).push_back('=');
        append_seconds(into, duration);
        into.push_back('\n');
    }
    void operator()(bool) const { append_field(into, name, FLAG_VALUE); }
};

}  // namespace

JournalEntries::JournalEntries(std::string_view run) {
    for (std::size_t index = 0; index < EVENTS; ++index) {
        const auto event = static_cast<Event>(index);
        std::string& head = heads_[index];
        append_field(head, "SYSLOG_IDENTIFIER", "harkd");
        append_field(head, "MESSAGE_ID", MESSAGE_IDS[index].text());
        append_field(head, journal_field(Key::run), run);
        append_field(head, journal_field(Key::event), name(event));
        if (event != Event::diagnostic) append_priority(head, priority_of(event));
    }
}

void JournalEntries::append_origin(std::string& into, const Record& record) {
    into.append(journal_field(Key::time).text()).push_back('=');
    into.append(time_.of(record.time));
    into.push_back('\n');
    if (record.connection > 0) append_count(into, journal_field(Key::conn), record.connection);
    if (!record.peer.text.empty()) append_field(into, journal_field(Key::peer), record.peer.text);
    if (record.event == Event::message && !record.peer.certificate.empty()) {
        append_field(into, journal_field(Key::cert), record.peer.certificate);
    }
}

void JournalEntries::append(std::string& into, const Record& record) {
    into.append(heads_[static_cast<std::size_t>(record.event)]);
    origin_.append(into, record,
                   [this](std::string& text, const Record& of) { append_origin(text, of); });
    if (record.event == Event::diagnostic) append_priority(into, priority_of(record));
    into.append("MESSAGE=");
    if (!record.peer.text.empty()) into.append(record.peer.text).push_back(' ');
    append_words(into, record);
    into.push_back('\n');
    if (record.content != nullptr) append_content_fields(into, *record.content);
    for (const Detail& detail : record.details) {
        std::visit(AppendDetail{into, journal_field(detail.key)}, detail.value);
    }
}

}  // namespace hark
