#include "common/record/log_json.hpp"
#include "tools/records/log_filter.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::string_literals;

namespace {

LogRecord record_of(const std::string& rest) {
    LogRecord record;
    REQUIRE(parse_log_json(
        R"({"time":"2026-11-22T10:00:00.000000Z","run":"5f3a9c01","event":)" + rest, record));
    return record;
}

LogRecord message() {
    return record_of(
        R"("message","conn":17,"peer":"192.0.2.7:51324","seq":3,"text":"Disk\nfull","charset":"utf-8","bytes":9,"end":"lf"})");
}

LogRecord closed() {
    return record_of(
        R"("closed","conn":17,"peer":"192.0.2.7:51324","reason":"idle","messages":1,"bytes":9,"seconds":2.000})");
}

bool matches(const LogSelection& options, const LogRecord& record) {
    LogFilter filter{options};
    return filter.matches(record);
}

}  // namespace

TEST_CASE("messages alone, unless events are asked for") {
    LogSelection options;
    CHECK(matches(options, message()));
    CHECK_FALSE(matches(options, closed()));
    options.events = true;
    CHECK(matches(options, message()));
    CHECK(matches(options, closed()));
}

TEST_CASE("both ends of the time belong to it") {
    const WallTime time = message().time();
    const std::chrono::microseconds step{1};
    LogSelection options;
    options.since = options.until = time;
    CHECK(matches(options, message()));
    options.since = time + step;
    options.until.reset();
    CHECK_FALSE(matches(options, message()));
    options.since.reset();
    options.until = time - step;
    CHECK_FALSE(matches(options, message()));
    const LogFilter filter{options};
    CHECK_FALSE(filter.may_match_time("2026-11-22T10:00:00.000000Z"));
    CHECK(filter.may_match_time("2026-11-22T09:59:59.999999Z"));
    CHECK(filter.may_match_time("what is this?"));
}

TEST_CASE("a connection by its number, and by its run") {
    LogSelection options;
    options.client = LogSelection::Client{"", 17};
    CHECK(matches(options, message()));
    options.client = LogSelection::Client{"5f3a9c01", 17};
    CHECK(matches(options, message()));
    options.client = LogSelection::Client{"5f3a9c02", 17};
    CHECK_FALSE(matches(options, message()));
    options.client = LogSelection::Client{"", 1};
    CHECK_FALSE(matches(options, message()));
}

TEST_CASE("a peer") {
    LogSelection options;
    options.events = true;
    options.peer = AddressPattern::parse("192.0.2.0/24");
    CHECK(matches(options, message()));
    CHECK(matches(options, closed()));
    CHECK_FALSE(matches(options, record_of(R"("listening","address":"192.0.2.7:8765"})")));
}

TEST_CASE("a pattern is held against a message's text, and an event's words") {
    LogSelection options;
    options.events = true;
    options.grep = "k\nf";
    CHECK(matches(options, message()));
    options.grep = "192";
    CHECK_FALSE(matches(options, message()));
    options.grep = "closed \\(idle\\)";
    CHECK(matches(options, closed()));
    options.grep = "^warning: careful";
    CHECK(matches(options, record_of(R"("diagnostic","level":"warning","text":"careful"})")));
    options.grep = "^(a+)+$";
    const LogRecord costly = record_of(R"("message","text":")" + std::string(64, 'a') + R"(b"})");
    LogFilter filter{options};
    CHECK_FALSE(filter.matches(costly));
    CHECK(filter.given_up() == 1);
}
