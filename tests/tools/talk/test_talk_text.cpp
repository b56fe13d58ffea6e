#include "tools/talk/talk_text.hpp"

#include <doctest/doctest.h>

using namespace hark;

TEST_CASE("talk text: nothing that a terminal would act on") {
    TalkText text;
    CHECK(text.shown({"250 ok #1", LineEnd::line}) == "250 ok #1");
    CHECK(text.shown({"\x1b[2J\x07 你好\xe2\x80\xae", LineEnd::line}) ==
          "\\x1b[2J\\x07 你好\\u202e");
    CHECK(text.shown({"\x06\x06", LineEnd::quiet}) == "\\x06\\x06");
    CHECK(text.shown({"a\xff", LineEnd::line}) == "a\\xff");
    CHECK(text.shown({"* operator: \xd6\xd0\xce\xc4", LineEnd::line}) == "* operator: 中文");
    CHECK(text.json({"250 ok #1", LineEnd::line}) ==
          "{\"code\":250,\"text\":\"ok #1\",\"first\":1,\"last\":1}\n");
}

TEST_CASE("talk text: colours by what a line means") {
    const auto colour = [](std::string_view line, LineEnd end = LineEnd::line) {
        return colour_of({line, end});
    };
    CHECK_FALSE(colour("250 ok #1").empty());
    CHECK(colour("220 ready") == colour("221 bye, 1 message"));
    CHECK(colour("421 idle") == colour("451 not stored #1: full"));
    CHECK(colour("421 idle") != colour("250 ok"));
    CHECK_FALSE(colour("* operator: hello").empty());
    CHECK(colour("who are you?").empty());
    CHECK(colour("250 ok #1", LineEnd::cut).empty());
}
