#include "tools/peer/reply_json.hpp"

#include <doctest/doctest.h>

using namespace hark;

TEST_CASE("a reply is an object of what it says") {
    CHECK(reply_json("250 ok #5-812", LineEnd::line) ==
          "{\"code\":250,\"text\":\"ok #5-812\",\"first\":5,\"last\":812}\n");
    CHECK(reply_json("251 ok #3, kept as bytes", LineEnd::line) ==
          "{\"code\":251,\"text\":\"ok #3, kept as bytes\",\"first\":3,\"last\":3}\n");
    CHECK(reply_json("250 ok", LineEnd::line) == "{\"code\":250,\"text\":\"ok\"}\n");
    CHECK(reply_json("451 not stored #1-2: full", LineEnd::line) ==
          "{\"code\":451,\"text\":\"full\",\"first\":1,\"last\":2}\n");
    CHECK(reply_json("421 idle", LineEnd::line) == "{\"code\":421,\"text\":\"idle\"}\n");
    CHECK(reply_json("* operator: 你好", LineEnd::line) == "{\"notice\":\"operator: 你好\"}\n");
    CHECK(reply_json("who \"are\" you\x1b", LineEnd::line) ==
          "{\"text\":\"who \\\"are\\\" you\\u001b\"}\n");
}

TEST_CASE("half a line is no reply") {
    CHECK(reply_json("250 ok #1", LineEnd::cut) == "{\"text\":\"250 ok #1\",\"end\":\"cut\"}\n");
    CHECK(reply_json("login: ", LineEnd::quiet) == "{\"text\":\"login: \",\"end\":\"quiet\"}\n");
    CHECK(reply_json("250 ok #1", LineEnd::eof) == "{\"text\":\"250 ok #1\",\"end\":\"eof\"}\n");
}

TEST_CASE("what a reply tells of the listener, and replies that are bytes") {
    CHECK(reply_json("250 ok #3", LineEnd::line, "chunk") ==
          "{\"code\":250,\"text\":\"ok #3\",\"first\":3,\"last\":3,\"framing\":\"chunk\"}\n");
    CHECK(byte_reply_json('\x06', 7) == "{\"text\":\"\\u0006\",\"first\":7,\"last\":7}\n");
}
