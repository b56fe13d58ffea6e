#include "tests/support/parsed_options.hpp"
#include "tools/log/log.hpp"
#include "tools/log/tail.hpp"

using namespace hark;

namespace {

LogOptions parse(const test::Words& words) {
    return test::parsed<LOG_OPTIONS, LogOptions>(words);
}

std::string complaint(const test::Words& words) {
    return test::complaint<LOG_OPTIONS, LogOptions>(words);
}

}  // namespace

TEST_CASE("options of log") {
    const LogOptions options =
        parse({"--client", "5f3a9c01:17", "--since", "@10", "--until=@11", "--peer", "192.0.2.0/24",
               "--grep", "x", "--file", "f", "--events"});
    CHECK(options.client->run == "5f3a9c01");
    CHECK(options.client->connection == 17);
    CHECK(options.since == WallTime{std::chrono::seconds{10}});
    CHECK(options.until == WallTime{std::chrono::seconds{11}});
    CHECK(options.peer->matches("192.0.2.7:1"));
    CHECK(options.grep == "x");
    CHECK(options.files == std::vector<std::string>{"f"});
    CHECK(options.events);
    CHECK(parse({"--client", "17"}).client->run.empty());
}

TEST_CASE("options of log: how many lines") {
    const LogOptions options = parse({"-fn", "7", "-n5"});
    CHECK(options.lines == 5U);
    CHECK(options.follow);
    const LogOptions all = parse({"-n", "5", "-n", "all"});
    CHECK_FALSE(all.lines);
    CHECK(all.all_lines);
    for (const char* count : {"", "-1", "x", "5x", "18446744073709551616", "=5"}) {
        CAPTURE(count);
        CHECK(complaint({"-n", count}) == std::string{"--lines: invalid count \""} + count +
                                              "\": expected a number or \"all\"");
    }
}

TEST_CASE("options of log: values that are refused") {
    for (const char* client : {"", "0", "x", "17x", ":17", "5f3a9c0:17", "5f3a9c0g:17", "17:"}) {
        CAPTURE(client);
        CHECK(complaint({"--client", client}).starts_with("--client: invalid connection "));
    }
    CHECK(complaint({"--peer", "x"}).starts_with("--peer: invalid address \"x\": "));
    CHECK(complaint({"--since", "x"}).starts_with("--since: invalid time \"x\": "));
    CHECK(complaint({"--until", "x"}).starts_with("--until: invalid time \"x\": "));
    CHECK(complaint({"--file", ""}) == "--file: expected a file name");
}

TEST_CASE("options of tail") {
    const TailOptions options = test::parsed<TAIL_OPTIONS, TailOptions>(
        {"--client=17", "--peer", "192.0.2.0/24", "--text", "Error", "--events"});
    CHECK(options.client == 17U);
    CHECK(options.peer == "192.0.2.0/24");
    CHECK(options.text == "Error");
    CHECK(options.events);
    const auto refused = test::complaint<TAIL_OPTIONS, TailOptions>;
    for (const char* client : {"0", "-1", "1x", "", "9223372036854775808"}) {
        CAPTURE(client);
        CHECK(refused({"--client", client}).starts_with("invalid client "));
    }
    CHECK(refused({"--peer", "host"}).starts_with("--peer: invalid address \"host\": "));
}
