#include "tests/support/parsed_options.hpp"
#include "tools/talk/talk.hpp"

using namespace hark;

TEST_CASE("options of talk") {
    CHECK_FALSE(test::parsed<TALK_OPTIONS, TalkOptions>({}).reconnect);
    CHECK(test::parsed<TALK_OPTIONS, TalkOptions>({"--reconnect"}).reconnect);
    CHECK(test::complaint<TALK_OPTIONS, TalkOptions>({"--reconect"}) ==
          "no such option: --reconect; did you mean --reconnect?");
}
