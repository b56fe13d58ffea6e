#include "tests/support/parsed_options.hpp"
#include "tools/send/send.hpp"

using namespace hark;

namespace {

SendOptions parse(const test::Words& words) {
    return test::parsed<SEND_OPTIONS, SendOptions>(words);
}

std::string complaint(const test::Words& words) {
    return test::complaint<SEND_OPTIONS, SendOptions>(words);
}

}  // namespace

TEST_CASE("options of send") {
    const SendOptions defaults = parse({});
    CHECK(defaults.timeout == std::chrono::seconds{30});
    CHECK(defaults.window == 65536);
    CHECK(defaults.replies == SendOptions::Replies::automatic);
    const SendOptions given = parse({"--timeout", "1.5", "--window=1", "--verbose"});
    CHECK(given.timeout == std::chrono::milliseconds{1500});
    CHECK(given.window == 1);
    CHECK(given.replies == SendOptions::Replies::all);
    CHECK(parse({"--timeout=0"}).timeout == Duration::zero());
    CHECK(parse({"--verbose", "--quiet"}).replies == SendOptions::Replies::none);
}

TEST_CASE("options of send: values that are refused") {
    for (const char* timeout : {"-1", "", "x", "nan", "inf", "1e30", "3s"}) {
        CAPTURE(timeout);
        CHECK(complaint({"--timeout", timeout}) == std::string{"--timeout: invalid time \""} +
                                                       timeout +
                                                       "\": expected seconds, or 0 for no limit");
    }
    for (const char* window : {"0", "65537", "x"}) {
        CAPTURE(window);
        CHECK(complaint({"--window", window}).starts_with("--window: invalid count "));
    }
}
