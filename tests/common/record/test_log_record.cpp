#include "common/record/console_lines.hpp"
#include "common/record/log_json.hpp"
#include "common/record/log_record.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::string_literals;

namespace {

// What is shown of a record; `rest` is its event and what follows.
std::string shown(const std::string& rest) {
    LogRecord record;
    REQUIRE(parse_log_json(
        R"({"time":"2026-11-22T10:00:00.123456Z","run":"5f3a9c01","event":)" + rest, record));
    ConsoleLines lines{{.time = false, .colour = false}};
    RecordView view;
    std::string text;
    lines.append(text, view.of(record));
    return text;
}

}  // namespace

TEST_CASE("log record: what could do harm is escaped in every value") {
    CHECK(shown(R"("message","conn":1,"peer":"a\u001b[2J","seq":1,"text":"b\u0007"})") ==
          "a\\x1b[2J #1: b\\x07\n");
    CHECK(shown(R"("diagnostic","level":"a\u001b[2J","text":"b\u0007"})") == "a\\x1b[2J: b\\x07\n");
    CHECK(shown(R"("closed","peer":"x","reason":"a\u001b[2J","messages":1,"seconds":1})") ==
          "x closed (a\\x1b[2J): 1 message, 0 bytes, 1.0 s\n");
}

TEST_CASE("log record: an event of a later version is its name and its text") {
    CHECK(shown(R"("a\u001b","level":"none","text":"b"})") == "a\\x1b: b\n");
    CHECK(shown(R"("later"})") == "later: \n");
}
