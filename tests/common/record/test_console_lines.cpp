#include "common/record/console_lines.hpp"
#include "tests/common/record/records.hpp"

#include <cstdlib>
#include <ctime>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;
using namespace std::string_view_literals;
using test::line_of;
using test::MessageRecord;
using test::RECORD_TIME;

namespace {

std::string words(Event event, std::initializer_list<Detail> details,
                  const Content* content = nullptr) {
    const std::vector<Detail> kept{details};
    std::string into;
    append_words(into, {.event = event, .time = RECORD_TIME, .content = content, .details = kept});
    return into;
}

std::string closed(std::string_view reason, std::uint64_t messages, std::uint64_t discarded) {
    return words(Event::closed, {{Key::reason, reason},
                                 {Key::messages, messages},
                                 {Key::bytes, std::uint64_t{812}},
                                 {Key::discarded, discarded},
                                 {Key::seconds, Duration{2'440ms}}});
}

// While it lives, local time is that of `zone` (tzset(3)).
class TimeZone {
   public:
    explicit TimeZone(const char* zone) {
        ::setenv("TZ", zone, 1);
        ::tzset();
    }
    ~TimeZone() {
        ::unsetenv("TZ");
        ::tzset();
    }
    TimeZone(const TimeZone&) = delete;
    TimeZone& operator=(const TimeZone&) = delete;
};

}  // namespace

TEST_CASE("console: every event in words") {
    CHECK(words(Event::listening, {{Key::address, "[::]:8765"sv}}) == "listening on [::]:8765");
    CHECK(words(Event::connected, {}) == "connected");
    CHECK(words(Event::connected, {{Key::listener, "[::]:8765"sv}}) == "connected to [::]:8765");
    CHECK(words(Event::connected, {{Key::via, "10.0.0.1:40112"sv},
                                   {Key::listener, "[::]:8765"sv},
                                   {Key::cert, "pump\n7"sv}}) ==
          "connected to [::]:8765 via 10.0.0.1:40112, certificate pump\\n7");
    CHECK(closed("bye", 19, 0) == "closed (bye): 19 messages, 812 bytes, 2.4 s");
    CHECK(closed("eof", 1, 0) == "closed (eof): 1 message, 812 bytes, 2.4 s");
    CHECK(closed("reset", 0, 7) ==
          "closed (reset): 0 messages, 812 bytes, 2.4 s, 7 bytes discarded");
    CHECK(words(Event::refused, {{Key::reason, "too many connections"sv}}) ==
          "refused: too many connections");
    CHECK(words(Event::refused, {{Key::reason, "not allowed"sv}, {Key::count, 17U}}) ==
          "refused: not allowed (17 more before it)");
    CHECK(words(Event::refused, {{Key::via, "10.0.0.1:40112"sv}, {Key::reason, "not allowed"sv}}) ==
          "refused via 10.0.0.1:40112: not allowed");
    CHECK(words(Event::paused, {{Key::sink, "file:/x"sv}, {Key::reason, "Disk full"sv}}) ==
          "file:/x does not take records: Disk full; reading is paused");
    CHECK(words(Event::resumed, {{Key::sink, "file:/x"sv}, {Key::seconds, Duration{61s}}}) ==
          "file:/x takes records again, after 61.0 s");
    CHECK(words(Event::reloaded, {}) == "configuration reloaded");
    CHECK(words(Event::restarted, {{Key::from, "0.1.0"sv},
                                   {Key::to, "0.2.0"sv},
                                   {Key::connections, 1U},
                                   {Key::pause, Duration{12'300us}}}) ==
          "restarted: 0.1.0 to 0.2.0, 1 connection went on, 0.012 s pause");
    CHECK(words(Event::stopping, {{Key::reason, "SIGTERM"sv}}) == "stopping: SIGTERM");
    CHECK(words(Event::diagnostic, {{Key::level, "warning"sv}, {Key::text, "a\nb"sv}}) ==
          R"(warning: a\nb)");
}

TEST_CASE("console: a message in words") {
    MessageRecord message{"\xE4\xBD\xA0\xE5\xA5\xBD", 3};
    CHECK(words(Event::message, {}, &message.content) == "#3: \xE4\xBD\xA0\xE5\xA5\xBD");
    message.content.part = 2;
    CHECK(words(Event::message, {}, &message.content) == "#3 part 2: \xE4\xBD\xA0\xE5\xA5\xBD");
    MessageRecord odd{"a\xEF\xBF\xBD\x1b[2J\xE2\x80\xAE", 4};
    odd.content.charset = charset::BYTES;
    odd.content.intact = false;
    CHECK(words(Event::message, {}, &odd.content) ==
          "#4: a\xEF\xBF\xBD\\x1b[2J\\u202e (kept as bytes)");
    const Content probe{.text = "GET / HTTP/1.1\r\n", .bytes = 16, .raw = {}};
    CHECK(words(Event::probe, {}, &probe) == R"(is no client of ours: GET / HTTP/1.1\r\n)");
}

TEST_CASE("console: lines begin with the local time and the peer") {
    const MessageRecord message{"hello", 3};
    {
        const TimeZone zone{"CST-8"};
        ConsoleLines lines{{.time = true, .colour = false}};
        CHECK(line_of(lines, message.record()) ==
              "2026-11-22 18:00:00.123 192.0.2.7:51324 #3: hello\n");
        Record later = message.record();
        later.time += 900ms;
        CHECK(line_of(lines, later) == "2026-11-22 18:00:01.023 192.0.2.7:51324 #3: hello\n");
    }
    {
        const TimeZone zone{"EST5EDT,M3.2.0,M11.1.0"};
        ConsoleLines lines{{.time = true, .colour = false}};
        Record record = message.record();
        CHECK(line_of(lines, record).starts_with("2026-11-22 05:00:00.123 "));
        record.time -= std::chrono::days{60};
        CHECK(line_of(lines, record).starts_with("2026-09-23 06:00:00.123 "));
    }
    ConsoleLines plain{{.time = false, .colour = false}};
    CHECK(line_of(plain, message.record()) == "192.0.2.7:51324 #3: hello\n");
    CHECK(line_of(plain, {.event = Event::reloaded, .time = RECORD_TIME}) ==
          "configuration reloaded\n");
}

TEST_CASE("console: colours") {
    ConsoleLines lines{{.time = false, .colour = true}};
    const MessageRecord message{"hello", 3};
    CHECK(line_of(lines, message.record()) == "\x1b[36m192.0.2.7:51324\x1b[0m #3: hello\n");
    const auto coloured = [&](Event event, std::string_view level = {}) {
        const std::vector<Detail> details{{Key::level, level}};
        return line_of(
            lines,
            {.event = event, .time = RECORD_TIME, .content = &message.content, .details = details});
    };
    CHECK(coloured(Event::listening).starts_with("listening"));
    CHECK(coloured(Event::message).starts_with("#3"));
    for (const Event event :
         {Event::connected, Event::closed, Event::resumed, Event::reloaded, Event::stopping}) {
        CHECK(coloured(event).starts_with("\x1b[2m"));
        CHECK(coloured(event).ends_with("\x1b[0m\n"));
    }
    CHECK(coloured(Event::paused).starts_with("\x1b[31m"));
    CHECK(coloured(Event::probe).starts_with("\x1b[33m"));
    CHECK(coloured(Event::refused).starts_with("\x1b[33m"));
    CHECK(coloured(Event::diagnostic, "info") == "info: \n");
    CHECK(coloured(Event::diagnostic, "warning") == "\x1b[33mwarning: \x1b[0m\n");
    CHECK(coloured(Event::diagnostic, "error") == "\x1b[31merror: \x1b[0m\n");

    ConsoleLines timed{{.time = true, .colour = true}};
    const TimeZone zone{"UTC0"};
    CHECK(line_of(timed, message.record()).starts_with("\x1b[2m2026-11-22 10:00:00.123 \x1b[0m"));
}
