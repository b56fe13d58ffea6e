#include "common/record/log_json.hpp"
#include "tests/common/record/log_json_again.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace hark;
using test::log_json_again;
using namespace std::string_literals;

namespace {

const std::string HEAD = R"({"time":"2026-11-22T10:00:00.123456Z","run":"5f3a9c01","event":)";

}  // namespace

TEST_CASE("a record is written as it was read") {
    for (
        const std::string& rest : {
            R"("listening","address":"[::]:8765"})"s,
            R"("connected","conn":1,"peer":"192.0.2.7:1","listener":"[::]:8765"})"s,
            R"("message","conn":18446744073709551615,"peer":"[2001:db8::7]:1","seq":1,"part":2,"more":true,"text":"a\ufffd\u0000\u001b\n\"\\你好\u202e","charset":"bytes","bytes":2,"raw":"Yf8=","end":"full"})"s,
            R"("closed","conn":1,"peer":"192.0.2.7:1","reason":"bye","messages":2,"bytes":17,"discarded":3,"seconds":6.200})"s,
            R"("diagnostic","level":"info","text":"x"})"s,
            R"("resumed","sink":"file:/x","seconds":0.000})"s,
            R"("probe","conn":1,"peer":"192.0.2.7:1","text":"GET","charset":"utf-8","bytes":3})"s,
        }) {
        CAPTURE(rest);
        CHECK(log_json_again(HEAD + rest) == HEAD + rest + "\n");
    }
}

TEST_CASE("what another program wrote is put in form") {
    CHECK(
        log_json_again(
            R"( { "event" : "message", "run":"5f3a9c01", "text":")"s + "\u202e\x7f" +
            R"(", "more": false, "later": {"text":[1,"x"]}, "time":"2026-11-22T10:00:00.123456Z"})") ==
        HEAD + R"("message","text":"\u202e\u007f"})"
               "\n");
}

TEST_CASE("what is no record") {
    for (const std::string& line :
         {""s,
          "{"s,
          "{}"s,
          "[]"s,
          "1"s,
          "null"s,
          "\"x\""s,
          HEAD,
          HEAD + R"("message")",
          HEAD + R"("message"} x)",
          HEAD + R"("message","conn":-1})",
          HEAD + R"("message","conn":1.5})",
          HEAD + R"("message","conn":"1"})",
          HEAD + R"("message","text":7})",
          HEAD + R"("message","text":null})",
          HEAD + R"("message","text":["x"]})",
          HEAD + R"("message","text":{"text":"x"}})",
          HEAD + R"("message","more":"true"})",
          HEAD + R"("closed","seconds":1e3})",
          HEAD + R"("closed","seconds":99999999999})",
          HEAD + R"("message","text":"\ud800"})",
          HEAD + "\"message\",\"text\":\"\xff\"}",
          HEAD + "\"message\",\"text\":\"\x1b\"}",
          R"({"run":"5f3a9c01","event":"message"})"s,
          R"({"time":"2026-11-22T10:00:00Z","run":"5f3a9c01","event":"message"})"s,
          R"({"time":"2026-11-22T10:00:00.123456Z","event":"message"})"s}) {
        CAPTURE(line);
        CHECK(log_json_again(line) == "none");
    }
}

TEST_CASE("values that a journal may hold are checked") {
    LogRecord record;
    CHECK(record.set(Key::conn, "7"));
    CHECK(record.number(Key::conn) == 7);
    for (const char* number : {"", "07", "-7", "+7", "7,", "1e3", "18446744073709551616"}) {
        CAPTURE(number);
        CHECK_FALSE(record.set(Key::seq, number));
        CHECK_FALSE(record.has(Key::seq));
    }
    for (const char* seconds : {"", ".5", "1.", "01.5", "-1.5", "1.5.5", "inf", "2000000000"}) {
        CAPTURE(seconds);
        CHECK_FALSE(record.set(Key::seconds, seconds));
    }
    CHECK(record.set(Key::seconds, "0.500"));
    CHECK_FALSE(record.set(Key::more, "false"));
    CHECK_FALSE(record.set(Key::time, "yesterday"));
    CHECK_FALSE(record.set(Key::text, std::string(LogRecord::MAX_VALUE + 1, 'x')));
    CHECK(record.set(Key::text, "a\xff"));
    CHECK(record.get(Key::text) == "a\uFFFD");
    record.clear();
    CHECK(record.get(Key::text).empty());
    CHECK(record.number(Key::conn) == 0);
}
