#include "common/protocol/reply.hpp"

#include <cstdint>
#include <limits>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;
using namespace hark::reply;

namespace {

template <typename Append, typename... Arguments>
std::string line_of(Append append, const Arguments&... arguments) {
    std::string line = "before|";
    append(line, arguments...);
    return line.substr(7);
}

}  // namespace

TEST_CASE("each reply has its form") {
    CHECK(line_of(append_ready, "host harkd 1.0 ready") == "220 host harkd 1.0 ready\r\n");
    CHECK(line_of(append_stored, 17U, false) == "250 ok #17\r\n");
    CHECK(line_of(append_stored, 19U, true) == "251 ok #19, kept as bytes\r\n");
    CHECK(line_of(append_stored_range, 5U, 812U, false) == "250 ok #5-812\r\n");
    CHECK(line_of(append_stored_range, 5U, 812U, true) == "251 ok #5-812, some kept as bytes\r\n");
    CHECK(line_of(append_stored_range, 5U, 5U, true) == "251 ok #5, kept as bytes\r\n");
    CHECK(line_of(append_empty) == "250 ok\r\n");
    CHECK(line_of(append_bye, 19U) == "221 bye, 19 messages\r\n");
    CHECK(line_of(append_bye, 1U) == "221 bye, 1 message\r\n");
    CHECK(line_of(append_bye, 0U) == "221 bye, 0 messages\r\n");
    CHECK(line_of(append_ended, "idle") == "421 idle\r\n");
    CHECK(line_of(append_not_stored, 17U, 20U, "disk full") ==
          "451 not stored #17-20: disk full\r\n");
    CHECK(line_of(append_not_stored, 17U, 17U, "disk full") == "451 not stored #17: disk full\r\n");
}

TEST_CASE("a text of any length and any bytes stays one line of ASCII") {
    const std::string text = "a\r\n250 ok #1\x1b[2J\xE4\xBD\xA0" + std::string(2000, 'x');
    for (const std::string& line :
         {line_of(append_ready, text), line_of(append_ended, text),
          line_of(append_not_stored, 1U, std::numeric_limits<std::uint64_t>::max(), text)}) {
        CAPTURE(line);
        CHECK(line.size() == MAX_LINE);
        CHECK(line.find('\n') == line.size() - 1);
        for (const char byte : line.substr(0, line.size() - 2)) {
            CHECK((byte >= ' ' && byte <= '~'));
        }
    }
}

TEST_CASE("what was written is read") {
    CHECK(rc::check("stored", [](bool as_bytes) {
        const auto first = *rc::gen::inRange<std::uint64_t>(1, 1U << 20U);
        const auto count = *rc::gen::inRange<std::uint64_t>(0, 100);
        const std::string line = line_of(append_stored_range, first, first + count, as_bytes);
        for (const std::string& each : {line, line.substr(0, line.size() - 2)}) {
            const Reply reply = parse(each);
            RC_ASSERT(reply.kind == Kind::stored);
            RC_ASSERT(reply.code == (as_bytes ? 251U : 250U));
            RC_ASSERT(reply.messages.first == first);
            RC_ASSERT(reply.messages.last == first + count);
            RC_ASSERT(reply.messages.as_bytes == as_bytes);
        }
    }));
    const Reply refused = parse("451 not stored #17-20: disk: full\r\n");
    CHECK(refused.kind == Kind::not_stored);
    CHECK(refused.messages.first == 17);
    CHECK(refused.messages.last == 20);
    CHECK(refused.text == "disk: full");
    CHECK(parse("220 host ready\n").text == "host ready");
    CHECK(parse("220").kind == Kind::ready);
    CHECK(parse("221 bye, 3 messages\r\n").kind == Kind::bye);
    CHECK(parse("421 idle").kind == Kind::ended);
    CHECK(parse("421 idle").text == "idle");
    CHECK(parse("* operator: go home\r\n").kind == Kind::notice);
    CHECK(parse("* operator: go home\r\n").text == "operator: go home");
    const Reply empty = parse("250 ok\r\n");
    CHECK(empty.kind == Kind::stored);
    CHECK(empty.messages.first == 0);
}

TEST_CASE("what only looks like a reply is none") {
    for (const std::string_view line : {"",
                                        "\r\n",
                                        "250",
                                        "250 ok #",
                                        "250 ok #0",
                                        "250 ok #x",
                                        "250 ok #1-",
                                        "250 ok #5-4",
                                        "250 ok #1 and more",
                                        "250 OK #1",
                                        "2500 ok #1",
                                        " 250 ok #1",
                                        "250 ok #-1",
                                        "252 ok #1",
                                        "250 ok #99999999999999999999",
                                        "2201",
                                        "421idle",
                                        "*",
                                        "*hello",
                                        "451 not stored",
                                        "451 not stored #3",
                                        "451 not stored #4-3: x",
                                        "451 not stored #0: x",
                                        "hello"}) {
        CAPTURE(line);
        const Reply reply = parse(line);
        CHECK(reply.kind == Kind::other);
        CHECK(reply.code == 0);
        CHECK(reply.messages.first == 0);
    }
    CHECK(parse("hello\r\n").text == "hello");
}

TEST_CASE("any bytes can be read") {
    CHECK(rc::check("no crash, and a text that is part of the line", [](const std::string& line) {
        const Reply reply = parse(line);
        RC_ASSERT(line.find(reply.text) != std::string::npos);
    }));
}
