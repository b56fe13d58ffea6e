#include "tests/support/captured_session.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/log/log_viewer.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <stdexcept>

#include <doctest/doctest.h>

using namespace hark;

namespace {

// A record of a message as harkd writes it.
std::string recorded(int number, const std::string& text = "hello") {
    return R"({"time":"2026-11-22T10:00:00.000001Z","run":"5f3a9c01","event":"message","conn":17,)"
           R"("peer":"192.0.2.7:51324","seq":)" +
           std::to_string(number) + R"(,"text":")" + text + R"(","charset":"utf-8","bytes":)" +
           std::to_string(text.size()) + ",\"end\":\"lf\"}\n";
}

std::string shown(int number, const std::string& text = "hello") {
    return "2026-11-22 10:00:00.000 192.0.2.7:51324 #" + std::to_string(number) + ": " + text +
           "\n";
}

struct Log : test::CapturedSession {
    Log() {
        ::setenv("TZ", "UTC", 1);
        options.files = {folder / "log.jsonl"};
    }

    void write(std::string_view text) const {
        std::ofstream{options.files[0], std::ios::binary | std::ios::app} << text;
    }
    void start() {
        viewer.emplace(loop, options);
        viewer->start();
    }
    // The exit status, once it has ended by itself.
    [[nodiscard]] int run() {
        start();
        return ended();
    }
    [[nodiscard]] int ended() { return CapturedSession::ended(*viewer); }

    test::TemporaryFolder folder;
    LogOptions options;
    std::optional<LogViewer> viewer;
};

}  // namespace

TEST_CASE("log viewer: the messages of a file, for people and as they are") {
    Log log;
    const std::string events = R"({"time":"2026-11-22T10:00:00.000001Z","run":"5f3a9c01",)"
                               R"("event":"connected","conn":17,"peer":"192.0.2.7:51324"})"
                               "\n";
    log.write(recorded(1) + events + recorded(2, "a\\u001b"));
    std::string expected = shown(1) + shown(2, "a\\x1b");
    SUBCASE("for people") {}
    SUBCASE("as they are") {
        log.options.form.json = true;
        expected = recorded(1) + recorded(2, "a\\u001b");
    }
    CHECK(log.run() == 0);
    CHECK(log.output.take() == expected);
    CHECK(log.errors.take().empty());
}

TEST_CASE("log viewer: what is damaged is counted") {
    Log log;
    log.write(recorded(1) + "{\"time\":\n" + recorded(2) + "spam\n");
    CHECK(log.run() == 0);
    CHECK(log.output.take().ends_with("#2: hello\n"));
    CHECK(log.errors.take() ==
          "hark: 2 records were left out: they are damaged or not from harkd\n");
}

TEST_CASE("log viewer: the last ones, and new ones as they are written") {
    Log log;
    for (int number = 1; number <= 20; ++number) log.write(recorded(number));
    log.options.lines = 2;
    log.options.follow = true;
    log.start();
    const auto await_shown = [&log](const std::string& end) {
        log.await([&] { return log.output.text().ends_with(end); });
        const std::string text = log.output.take();
        return std::count(text.begin(), text.end(), '\n');
    };
    CHECK(await_shown("#20: hello\n") == 2);
    const std::string next = recorded(21);
    log.write(next.substr(0, 40));
    log.pass(std::chrono::seconds{1});
    CHECK(log.output.text().empty());  // half a record is not a record yet
    log.write(next.substr(40) + "rubbish\n" + recorded(22));
    log.pass(std::chrono::seconds{1});
    CHECK(await_shown("#22: hello\n") == 2);
    CHECK(log.errors.take().starts_with("hark: 1 record was left out"));
    SUBCASE("until a signal") {
        ::raise(SIGTERM);
        CHECK(log.ended() == 128 + SIGTERM);
    }
    SUBCASE("until the reader has gone, without a record to tell it") {
        log.output.close();
        CHECK(log.ended() == 0);
    }
}

TEST_CASE("log viewer: a file that is not there, or becomes unreadable") {
    Log log;
    CHECK_THROWS_AS(log.start(), std::runtime_error);
    log.options.files = {"/proc/self/mem"};  // whose first page cannot be read
    CHECK(log.run() == 1);
    CHECK(log.errors.take().starts_with("hark: cannot read"));
}

TEST_CASE("log viewer: a reader who does not read holds it up, in bounded memory") {
    Log log;
    const int count = 20'000;
    std::string text;
    for (int number = 1; number <= count; ++number) text += recorded(number);
    log.write(text);
    log.start();
    for (int round = 0; round < 1000; ++round) log.loop.run_once({});
    CHECK_FALSE(log.viewer->over());
    std::size_t size = 0;
    int lines = 0;
    const auto read = [&] {
        const std::string some = log.output.take();
        size = std::max(size, some.size());
        lines += static_cast<int>(std::count(some.begin(), some.end(), '\n'));
        return lines == count;
    };
    log.await(read);
    CHECK(size < std::size_t{1} << 20U);
    CHECK(log.ended() == 0);
}
