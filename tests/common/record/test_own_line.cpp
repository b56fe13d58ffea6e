#include "common/record/log_json.hpp"
#include "common/record/own_line.hpp"
#include "tests/common/record/log_json_again.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;
using test::log_json_again;  // by the general parser

namespace {

const std::string BEGIN = R"({"time":"2026-11-22T10:00:00.123456Z","run":"5f3a9c01","event":)";
const std::string MESSAGE =
    BEGIN +
    R"("message","conn":17,"peer":"192.0.2.7:51324","seq":3,"part":2,"more":true,)"
    R"("text":"a\ufffd\n你好 \"x\"","charset":"bytes","bytes":2,"raw":"Yf8=","end":"full"})";

// The line as it is written again; "none" if it does not have harkd's form.
std::string own(const std::string& line) {
    LogRecord record;
    if (!OwnLine::read(line, record)) return "none";
    std::string text;
    append_log_json(text, record);
    return text;
}

}  // namespace

TEST_CASE("what harkd writes is cut out of the line") {
    for (const std::string& line :
         {MESSAGE, BEGIN + R"("reloaded"})",
          BEGIN +
              R"("closed","conn":1,"peer":"192.0.2.7:1","reason":"bye","messages":2,"bytes":17,)"
              R"("discarded":3,"seconds":6.200})",
          BEGIN + R"("message","conn":18446744073709551615,"text":"","charset":"utf-8"})"}) {
        CAPTURE(line);
        CHECK(own(line) == line + "\n");
        LogRecord record;
        REQUIRE(view_log_json(line, record));
        const LogRecord copy = record;
        CHECK(copy.time() == record.time());
        CHECK(copy.get(Key::event) == record.get(Key::event));
        CHECK(copy.get(Key::event).data() != record.get(Key::event).data());
    }
}

TEST_CASE("what is not exactly so is left to the general parser") {
    for (const char* const rest :
         {R"( "reloaded"})", R"("reloaded" })", R"("reloaded"} )",
          R"("reloaded","peer":"x","conn":1})", R"("reloaded","conn":1,"conn":1})",
          R"("reloaded","more":false})", R"("reloaded","later":1})", R"("reloaded","conn":01})",
          R"("reloaded","conn":18446744073709551616})", R"("reloaded","conn":})",
          R"("reloaded","text":"\ud800"})", R"("reloaded","text":"\x"})", R"("reloaded","text":"x)",
          R"("reloaded","text":"x\)", "\"reloaded\",\"text\":\"\xff\"}",
          "\"reloaded\",\"text\":\"\x01\"}", R"("reloaded","seconds":1e3})", R"("reloaded")",
          R"()"}) {
        CAPTURE(rest);
        CHECK(own(BEGIN + rest) == "none");
    }
    CHECK(own("") == "none");
    CHECK(own("{}") == "none");
}

TEST_CASE("what needs no escape, or another one, is put in form") {
    CHECK(own(BEGIN + R"("reloaded","text":"\u0041\/\ud83d\ude00"})") ==
          BEGIN + "\"reloaded\",\"text\":\"A/\U0001F600\"}\n");
    CHECK(own(BEGIN + "\"reloaded\",\"text\":\"\u202e\x7f\"}") ==
          BEGIN + "\"reloaded\",\"text\":\"\\u202e\\u007f\"}\n");
}

TEST_CASE("cut out or parsed, the values are the same, whatever happens to a line") {
    CHECK(
        rc::check("changed lines", [](const std::vector<std::pair<std::uint16_t, char>>& changes) {
            std::string line = MESSAGE;
            for (const auto& [place, c] : changes) line[place % line.size()] = c;
            const std::string cut = own(line);
            if (cut != "none") RC_ASSERT(cut == log_json_again(line));
        }));
    CHECK(rc::check("one change", [](std::uint16_t place) {
        std::string line = MESSAGE;
        line[place % line.size()] = *rc::gen::element('"', '\\', ',', ':', '{', '0', '9', ' ', 'x');
        const std::string cut = own(line);
        if (cut != "none") RC_ASSERT(cut == log_json_again(line));
    }));
}
