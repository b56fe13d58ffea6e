#include "common/record/journal_entries.hpp"
#include "tests/common/record/records.hpp"
#include "tests/support/journal.hpp"

#include <array>
#include <set>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;
using namespace std::chrono_literals;
using test::Entry;
using test::line_of;
using test::MessageRecord;
using test::parse_entry;
using test::PEER;
using test::RECORD_TIME;

namespace {

Entry rendered(const Record& record) {
    JournalEntries entries{"5f3a9c01"};
    return parse_entry(line_of(entries, record));
}

}  // namespace

TEST_CASE("journal entries: a message has all its fields") {
    const MessageRecord message{"你好", 3};
    Entry entry = rendered(message.record());
    CHECK(entry["MESSAGE_ID"].size() == 32);
    entry.erase("MESSAGE_ID");
    CHECK(entry == Entry{{"SYSLOG_IDENTIFIER", "harkd"},
                         {"PRIORITY", "5"},
                         {"MESSAGE", "192.0.2.7:51324 #3: 你好"},
                         {"HARK_TIME", "2026-11-22T10:00:00.123456Z"},
                         {"HARK_RUN", "5f3a9c01"},
                         {"HARK_EVENT", "message"},
                         {"HARK_CONN", "17"},
                         {"HARK_PEER", "192.0.2.7:51324"},
                         {"HARK_SEQ", "3"},
                         {"HARK_TEXT", "你好"},
                         {"HARK_CHARSET", "utf-8"},
                         {"HARK_BYTES", "6"},
                         {"HARK_END", "lf"}});
}

TEST_CASE("journal entries: a part that was kept as bytes") {
    MessageRecord message{"a\xEF\xBF\xBD"};
    message.content.part = 2;
    message.content.more = true;
    message.content.charset = charset::BYTES;
    message.content.bytes = 2;
    message.content.raw = "a\xFE";
    message.content.exact = false;
    message.content.intact = false;
    message.content.end = End::full;
    Entry entry = rendered(message.record());
    CHECK(entry["HARK_PART"] == "2");
    CHECK(entry["HARK_MORE"] == "true");
    CHECK(entry["HARK_TEXT"] == "a\xEF\xBF\xBD");
    CHECK(entry["HARK_RAW"] == "Yf4=");
    CHECK(entry["HARK_END"] == "full");
    CHECK(entry.size() <= JournalEntries::MAX_FIELDS);
}

TEST_CASE("journal entries: what a peer says is only ever a value") {
    const MessageRecord message{"x\nMESSAGE=fake\nHARK_PEER=192.0.2.66:1\n\x1b[2J"};
    Entry entry = rendered(message.record());
    CHECK(entry["HARK_TEXT"] == message.content.text);
    CHECK(entry["HARK_PEER"] == PEER);
    CHECK(entry["MESSAGE"] ==
          "192.0.2.7:51324 #1: x\\nMESSAGE=fake\\nHARK_PEER=192.0.2.66:1\\n\\x1b[2J");
}

TEST_CASE("journal entries: any text comes back as it is") {
    CHECK(rc::check([](const std::string& text) {
        const MessageRecord message{"x"};
        Record record = message.record();
        Content content = message.content;
        content.text = text;
        // Only the text's bytes matter here. The words for people, which need UTF-8, leave it out.
        record.event = Event::connected;
        record.content = &content;
        Entry entry = rendered(record);
        RC_ASSERT(entry["HARK_TEXT"] == text);
    }));
}

TEST_CASE("journal entries: messages of one read have their own numbers") {
    JournalEntries entries{"5f3a9c01"};
    const MessageRecord first{"one", 1};
    const MessageRecord second{"two", 2};
    CHECK(parse_entry(line_of(entries, first.record()))["HARK_SEQ"] == "1");
    CHECK(parse_entry(line_of(entries, second.record()))["HARK_SEQ"] == "2");
    Record elsewhere = second.record();
    elsewhere.connection = 18;
    elsewhere.peer = {"[2001:db8::7]:40112"};
    Entry entry = parse_entry(line_of(entries, elsewhere));
    CHECK(entry["HARK_CONN"] == "18");
    CHECK(entry["HARK_PEER"] == "[2001:db8::7]:40112");
    elsewhere.time += 1us;
    CHECK(parse_entry(line_of(entries, elsewhere))["HARK_TIME"] == "2026-11-22T10:00:00.123457Z");
}

TEST_CASE("journal entries: the details of an event") {
    const std::array details{
        Detail{Key::reason, std::string_view{"bye"}}, Detail{Key::messages, std::uint64_t{3}},
        Detail{Key::bytes, std::uint64_t{19}}, Detail{Key::discarded, std::uint64_t{0}},
        Detail{Key::seconds, 2417ms}};
    Entry entry = rendered({.event = Event::closed,
                            .time = RECORD_TIME,
                            .connection = 17,
                            .peer = {PEER},
                            .details = details});
    CHECK(entry["PRIORITY"] == "6");
    CHECK(entry["MESSAGE"] == "192.0.2.7:51324 closed (bye): 3 messages, 19 bytes, 2.4 s");
    CHECK(entry["HARK_REASON"] == "bye");
    CHECK(entry["HARK_MESSAGES"] == "3");
    CHECK(entry["HARK_DISCARDED"] == "0");
    CHECK(entry["HARK_SECONDS"] == "2.417");
}

TEST_CASE("journal entries: a path in no charset is shown, not sent as it is") {
    const std::array details{Detail{Key::sink, std::string_view{"file:/x\xFF\ny"}},
                             Detail{Key::reason, std::string_view{"No space left on device"}}};
    Entry entry = rendered({.event = Event::paused, .time = RECORD_TIME, .details = details});
    CHECK(entry["HARK_SINK"] == "file:/x\xEF\xBF\xBD\ny");
    CHECK(entry["PRIORITY"] == "3");
    CHECK(entry.contains("HARK_CONN") == false);
    CHECK(entry.contains("HARK_PEER") == false);
}

TEST_CASE("journal entries: a diagnostic has the priority of its level") {
    const auto priority = [](std::string_view level) {
        const std::array details{Detail{Key::level, level},
                                 Detail{Key::text, std::string_view{"so it is"}}};
        Entry entry =
            rendered({.event = Event::diagnostic, .time = RECORD_TIME, .details = details});
        CHECK(entry["HARK_TEXT"] == "so it is");
        return entry["PRIORITY"];
    };
    CHECK(priority("debug") == "7");
    CHECK(priority("info") == "6");
    CHECK(priority("warning") == "4");
    CHECK(priority("error") == "3");
    CHECK(priority("critical") == "3");
}

TEST_CASE("journal entries: each event has an id of its own") {
    std::set<std::string> ids;
    for (std::size_t event = 0; event < EVENTS; ++event) {
        const MessageRecord message{"x"};
        Record record = message.record();
        record.event = static_cast<Event>(event);
        Entry entry = rendered(record);
        CHECK(entry["HARK_EVENT"] == name(record.event));
        ids.insert(entry["MESSAGE_ID"]);
    }
    CHECK(ids.size() == EVENTS);
}
