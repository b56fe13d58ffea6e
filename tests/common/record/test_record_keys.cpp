#include "common/record/entry_as_json.hpp"
#include "common/record/journal_entries.hpp"
#include "common/record/json_lines.hpp"
#include "common/record/log_json.hpp"
#include "common/record/record_keys.hpp"
#include "tests/common/record/records.hpp"
#include "tests/support/journal.hpp"

#include <bitset>
#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace hark;
using namespace std::chrono_literals;
using test::json_line;
using test::line_of;

namespace {

using Json = nlohmann::ordered_json;

std::string journal_entry(const Record& record) {
    JournalEntries entries{RUN};
    return line_of(entries, record);
}

// A value of the key's kind.
Detail detail_of(Key key) {
    switch (key_spec(key).kind) {
        case KeyKind::count:
            return {key, std::uint64_t{17'000'000'000'000'000'000U}};
        case KeyKind::seconds:
            return {key, Duration{2417ms}};
        case KeyKind::flag:
            return {key, true};
        case KeyKind::text:
        case KeyKind::time:
            break;
    }
    return {key, std::string_view{"a \"b\"\n\\你好"}};
}

bool is_bare(KeyKind kind) {
    return kind != KeyKind::text && kind != KeyKind::time;
}

// Calls `check` with records that together have every key.
template <typename Check>
void for_each_record(Check check) {
    const Content content{.message = 3,
                          .part = 2,
                          .more = true,
                          .text = "a\xEF\xBF\xBD\n\"你好\"",
                          .charset = charset::BYTES,
                          .bytes = 10,
                          .raw = "a\xFE",
                          .exact = false,
                          .intact = false,
                          .end = End::full};
    Record message = test::MessageRecord{"x"}.record();
    message.content = &content;
    check(message);
    message.peer.certificate = "büro.example.org";
    message.connection = 18;
    check(message);
    std::vector<Detail> details;
    for (const Key key : test::DETAIL_KEYS) details.push_back(detail_of(key));
    check({.event = Event::closed,
           .time = test::RECORD_TIME,
           .connection = 17,
           .peer = {test::PEER},
           .details = details});
}

}  // namespace

TEST_CASE("record keys: each is found by its name in either form") {
    for (const KeySpec& row : RECORD_KEYS) {
        CAPTURE(row.name);
        CHECK(find_key(row.name) == row.key);
        CHECK(find_key_of_field(row.field.text()) == row.key);
        CHECK(row.field.c_str() == row.field.text());
    }
    for (const char* other : {"", "Time", "times", "tim", "HARK_TIME"})
        CHECK_FALSE(find_key(other));
    for (const char* other :
         {"", "HARK_", "HARK_time", "HARK_TIMES", "TIME", "_HARK_TIME", "time"}) {
        CHECK_FALSE(find_key_of_field(other));
    }
}

TEST_CASE("record keys: each comes back from both forms, as the same bytes") {
    std::bitset<KEYS> seen;
    for_each_record([&seen](const Record& record) {
        const std::string line = json_line(record);
        LogRecord read;
        REQUIRE(parse_log_json(std::string_view{line}.substr(0, line.size() - 1), read));
        std::string again;
        append_log_json(again, read);
        CHECK(again == line);

        LogRecord from_journal;
        for (const auto& [field, value] : test::parse_entry(journal_entry(record))) {
            if (const auto key = find_key_of_field(field)) {
                const std::string shown{field};
                CAPTURE(shown);
                CHECK(from_journal.set(*key, value));
            }
        }
        for (const KeySpec& row : RECORD_KEYS) {
            CAPTURE(row.name);
            CHECK(read.has(row.key) == from_journal.has(row.key));
            CHECK(read.get(row.key) == from_journal.get(row.key));
            if (read.has(row.key)) seen.set(static_cast<std::size_t>(row.key));
        }
        CHECK(read.time() == from_journal.time());
        CHECK(read.time() == record.time);

        std::string rest;
        append_entry_as_json(rest, journal_entry(record));
        CHECK(rest == line);
    });
    CHECK(seen.all());
}

TEST_CASE("record keys: JSON has them in the order of the table, each of its kind") {
    for_each_record([](const Record& record) {
        std::size_t next = 0;
        const Json line = Json::parse(json_line(record));
        for (const auto& [name, value] : line.items()) {
            const std::string shown{name};
            CAPTURE(shown);
            const auto key = find_key(name);
            REQUIRE(key);
            CHECK(static_cast<std::size_t>(*key) >= next);
            next = static_cast<std::size_t>(*key) + 1;
            CHECK(value.is_string() != is_bare(key_spec(*key).kind));
        }
    });
}
