// Ends that only a quiet time shows: of tails, and of peers that end their messages with CR.
#include "tests/common/framing/framing.hpp"

using namespace hark;
using namespace std::string_view_literals;
using test::AUTO;
using test::CHUNK;
using test::QUIET;
using test::seen;
using test::Stream;

TEST_CASE("auto: a terminator that comes after a tail was taken belongs to it") {
    for (const std::string_view late : {"\n"sv, "\r\n"sv, "\0"sv, "\0\0\0"sv, "\r\0"sv, "\n\0"sv}) {
        const std::string bytes{late};
        CHECK(seen(AUTO, {"abc", QUIET, late}) == "quiet:abc");
        CHECK(seen(AUTO, {"x\n", "abc", QUIET, late}) == "lf:x|quiet:abc");
        CHECK(seen(AUTO, {"abc", QUIET, bytes + "next\n"}) == "quiet:abc|lf:next");
        CHECK(seen(AUTO, {"abc", QUIET, bytes + "\r\n"}) == "quiet:abc|lf:");
        Stream stream = Stream(AUTO, {"abc", QUIET});
        for (const char byte : bytes) stream.read({&byte, 1});
        CHECK(stream.seen == "quiet:abc");
        CHECK_FALSE(stream.framer.pending());
    }
    CHECK(seen(AUTO, {"abc", QUIET, "\n", "\n"}) == "quiet:abc|lf:");
    CHECK(seen(AUTO, {"abc", QUIET, "\n\rd\n"}) == "quiet:abc|lf:d");
    CHECK(seen(AUTO, {"abc", QUIET, "d\n"}) == "quiet:abc|lf:d");
    CHECK(seen(AUTO, {"abc", QUIET, "d\n", "\n"}) == "quiet:abc|lf:d|lf:");
    CHECK(seen(AUTO, {"abc", QUIET, "\n", "def", QUIET, "\n"}) == "quiet:abc|quiet:def");
    CHECK(seen(AUTO, {"abc", End::timeout, "\ndef\n"}) == "timeout:abc|lf:def");
}

TEST_CASE("auto: a CR after a tail was taken is text, unless a terminator or silence follows") {
    CHECK(seen(AUTO, {"abc", QUIET, "\rdef\n"}) == "quiet:abc|lf:\rdef");
    CHECK(seen(AUTO, {"abc", QUIET, "\r", "def\n"}) == "quiet:abc|lf:\rdef");
    CHECK(seen(AUTO, {"abc", QUIET, "\r", "\n", "def\n"}) == "quiet:abc|lf:def");
    CHECK(seen(AUTO, {"abc", QUIET, "\r", QUIET, "def\n"}) == "quiet:abc|-|lf:def");
    CHECK(seen(AUTO, {"abc", QUIET, "\r", QUIET, "\n", "def\n"}) == "quiet:abc|-|lf:def");
    CHECK(seen(AUTO, {"abc", QUIET, "\r", QUIET, "\n", "\n"}) == "quiet:abc|-|lf:");
    CHECK(seen(AUTO, {"abc", QUIET, "\r", QUIET, "\0\0"sv, "d\n"}) == "quiet:abc|-|lf:d");
    // A second CR is a message of its own.
    CHECK(seen(AUTO, {"abc", QUIET, "\r", QUIET, "\r", QUIET}) == "quiet:abc|-|cr:");
    CHECK(seen(AUTO, {"abc", QUIET, "\r", End::eof}) == "quiet:abc|-");
}

TEST_CASE("auto: a CR with silence behind it ends the message, for every peer") {
    for (const std::string_view first : {"x\n"sv, "x\0"sv, "x\ny\nz\n"sv}) {
        Stream line_peer{AUTO, {first, "1234"}};
        CHECK(line_peer.quiet_ms() == 3000);
        line_peer.read("5\r");
        CHECK(line_peer.quiet_ms() == 100);
        line_peer.seen.clear();
        line_peer.flush(QUIET);
        CHECK(line_peer.seen == "cr:12345");
    }
    CHECK(seen(AUTO, {"abc\r", QUIET}) == "cr:abc");
    CHECK(seen(AUTO, {"\r", QUIET}) == "cr:");
    CHECK(seen(AUTO, {"abc\r\r", QUIET}) == "cr:abc|cr:");
    CHECK(seen(AUTO, {"abc", QUIET, "def\r", QUIET}) == "quiet:abc|cr:def");
    // No factor makes the time longer or shorter.
    CHECK(Stream(AUTO, {"a", "\r"}).quiet_ms() == 100);
    CHECK(Stream(AUTO, {"abc", QUIET, "def", QUIET, "ghi\r"}).quiet_ms() == 100);
    // Any end other than silence is reported as itself.
    CHECK(seen(AUTO, {"abc\r", End::eof}) == "eof:abc");
    CHECK(seen(AUTO, {"abc\r", End::timeout}) == "timeout:abc");
}

TEST_CASE("auto: an LF or a NUL that comes after such a CR belongs to it") {
    for (const std::string_view late : {"\n"sv, "\0"sv, "\0\0"sv, "\n\0"sv, "\n\r"sv}) {
        CHECK(seen(AUTO, {"abc\r", QUIET, late}) == "cr:abc");
        CHECK(seen(AUTO, {"abc\r", QUIET, late, "def\r"}) == "cr:abc|cr:def");
        CHECK(seen(AUTO, {"x\n", "abc", QUIET, "def\r", QUIET, late, "ghi\n"}) ==
              "lf:x|quiet:abc|cr:def|lf:ghi");
    }
    CHECK(seen(AUTO, {"abc\r", QUIET, "\n", "\n"}) == "cr:abc|lf:");
    CHECK(Stream(AUTO, {"x\n", "abc\r", QUIET, "\n"}).framer.habit() == test::LINE);
    CHECK(Stream(AUTO, {"x\n", "abc\r", QUIET, "def\r"}).framer.habit() == test::LINE);
}

TEST_CASE("auto: a peer whose first tail ended with CR ends its messages so") {
    CHECK(seen(AUTO, {"abc\r", QUIET, "def\rghi\r", "\r", "j\n"}) ==
          "cr:abc|cr:def|cr:ghi|cr:|lf:j");
    CHECK(seen(AUTO, {"abc\r", QUIET, "def\r\nghi\r", "\njkl\r", "\0m\r"sv}) ==
          "cr:abc|cr:def|cr:ghi|cr:jkl|cr:m");
    CHECK(seen(AUTO, {"abc\r", QUIET, "def", QUIET, "\r", "\n", "ghi\r"}) ==
          "cr:abc|quiet:def|cr:ghi");
    CHECK(seen(AUTO, {"x\n", "abc\r", QUIET, "def\r"}) == "lf:x|cr:abc|cr:def");
    CHECK(seen(AUTO, {"\n", "abc\r", QUIET, "\ndef\r"}) == "lf:|cr:abc|cr:def");
    // That tail is cut at its CRs as well.
    CHECK(seen(AUTO, {"a\rb\r", QUIET, "c\r"}) == "cr:a|cr:b|cr:c");
    CHECK(seen(AUTO, {"x\ny\rz\r", QUIET}) == "lf:x|cr:y|cr:z");
}

TEST_CASE("auto: a peer of which two tails in a row ended with CR ends its messages so") {
    CHECK(seen(AUTO, {"abc", QUIET, "def\r", QUIET, "g\rh\n"}) == "quiet:abc|cr:def|lf:g\rh");
    CHECK(seen(AUTO, {"a", QUIET, "b\r", QUIET, "c\rd\r", QUIET, "e\rf\r"}) ==
          "quiet:a|cr:b|cr:c|cr:d|cr:e|cr:f");
    CHECK(seen(AUTO, {"a", QUIET, "b\r", QUIET, "c", QUIET, "d\r", QUIET, "e\rf\n"}) ==
          "quiet:a|cr:b|quiet:c|cr:d|lf:e\rf");
    // Lines in between are not tails: a scanner that reads codes of several lines.
    CHECK(seen(AUTO, {"on", QUIET, "x\r\ny\r", QUIET, "x\r\nz\r", QUIET, "1\r2\r"}) ==
          "quiet:on|lf:x|cr:y|lf:x|cr:z|cr:1|cr:2");
    CHECK(seen(AUTO, {"a", QUIET, "b\r", QUIET, "c\r", End::timeout, "d\re\n"}) ==
          "quiet:a|cr:b|timeout:c|lf:d\re");
}

TEST_CASE("auto: the third CR of a pending message ends all three") {
    CHECK(seen(AUTO, {"1\r", "2\r", "3\r"}) == "cr:1|cr:2|cr:3");
    CHECK(seen(AUTO, {"1\r", "2\r3\r", "4\r"}) == "cr:1|cr:2|cr:3|cr:4");
    CHECK(seen(AUTO, {"1\r2", "\r3", "\r4", "\r"}) == "cr:1|cr:2|cr:3|cr:4");
    CHECK(seen(AUTO, {"1\r2\r3\r4"}) == "cr:1|cr:2|cr:3");
    CHECK(seen(AUTO, {"1\r2\r3"}) == "");
    CHECK(seen(AUTO, {"\r\r\r"}) == "cr:|cr:|cr:");
    CHECK(Stream(AUTO, {"1\r", "2\r", "3\r4"}).framer.habit() == CHUNK);
    // What follows waits as any tail does.
    Stream scale{AUTO, {"1\r", "2\r", "3\r4"}};
    CHECK(scale.quiet_ms() == 100);
    scale.read("56\r");
    CHECK(scale.quiet_ms() == -1);
    CHECK(scale.seen == "cr:1|cr:2|cr:3|cr:456");
    // Its first bytes may already have left as a part.
    const std::string bytes(1500, 'd');
    CHECK(seen(AUTO, {"a\r" + bytes + "\r", "b\r"}) ==
          "full:a\r" + bytes.substr(2, 1022) + "~|~cr:" + bytes.substr(1022) + "|cr:b");
}

TEST_CASE("auto: the third CR is text where an LF or a NUL ends messages") {
    CHECK(seen(AUTO, {"1\r2\r3\r4\n"}) == "lf:1\r2\r3\r4");
    CHECK(seen(AUTO, {"1\r", "2\r", "3\r4\n"}) == "lf:1\r2\r3\r4");
    CHECK(seen(AUTO, {"1\r", "2\r", "3\0"sv}) == "nul:1\r2\r3");
    CHECK(seen(AUTO, {"x\n", "1\r", "2\r", "3\r", "4\n"}) == "lf:x|lf:1\r2\r3\r4");
    CHECK(seen(AUTO, {"x\0"sv, "1\r", "2\r", "3\r", "4\n"}) == "nul:x|lf:1\r2\r3\r4");
    CHECK(seen(AUTO, {"1\r2\n", "3\r", "4\r", "5\r", "6\n"}) == "lf:1\r2|lf:3\r4\r5\r6");
    // An empty line does not count as a message that ended with LF.
    CHECK(seen(AUTO, {"\n", "1\r", "2\r", "3\r"}) == "lf:|cr:1|cr:2|cr:3");
    CHECK(seen(AUTO, {"\n\r", "1\r", "2\r", "3"}) == "lf:");
    CHECK(seen(AUTO, {"\n", "\r1\r", "2\r", "3"}) == "lf:");
    // Each message counts its own CRs.
    CHECK(seen(AUTO, {"a", QUIET, "1\r", "2\r", "3", QUIET, "4\r", "5"}) ==
          "quiet:a|quiet:1\r2\r3");
}
