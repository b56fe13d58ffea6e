// Terminators, which auto and line framing treat alike.
#include "tests/common/framing/framing.hpp"

using namespace hark;
using namespace std::string_view_literals;
using test::AUTO;
using test::LINE;
using test::QUIET;
using test::seen;
using test::Stream;

TEST_CASE("lines: terminators") {
    for (const Framing framing : {AUTO, LINE}) {
        CHECK(seen(framing, {"one\ntwo\r\nthree\0"sv}) == "lf:one|lf:two|nul:three");
        CHECK(seen(framing, {"\n\r\n\n"}) == "lf:|lf:|lf:");
        CHECK(seen(framing, {"a\0\0\0b\0"sv}) == "nul:a|nul:b");
        CHECK(seen(framing, {"a\r\0\0b\n\0\0c\r\n\0d\n"sv}) == "nul:a|lf:b|lf:c|lf:d");
        CHECK(seen(framing, {"a\rb\n\rc\r\r\n"}) == "lf:a\rb|lf:c\r");
    }
}

TEST_CASE("lines: a CR right behind an LF belongs to its end, unless an LF follows") {
    for (const Framing framing : {AUTO, LINE}) {
        CHECK(seen(framing, {"a\n\rb\n\r"}) == "lf:a|lf:b");
        CHECK(seen(framing, {"\n\r\n\r"}) == "lf:|lf:");
        CHECK(seen(framing, {"a\n\r\nb\n\r\r\n"}) == "lf:a|lf:|lf:b|lf:");
        CHECK(seen(framing, {"a\n\r\rb\n"}) == "lf:a|lf:\rb");
        CHECK(seen(framing, {"a\n\r\0b\n"sv}) == "lf:a|lf:b");
        CHECK(seen(framing, {"a\n\0\rb\n"sv}) == "lf:a|lf:\rb");
        CHECK(seen(framing, {"a\0\rb\n"sv}) == "nul:a|lf:\rb");
        // Split over reads, and with silence between them.
        CHECK(seen(framing, {"a\n", "\r", "b\n", "\rc\n"}) == "lf:a|lf:b|lf:c");
        CHECK(seen(framing, {"a\n", "\r", "\nb\n"}) == "lf:a|lf:|lf:b");
        CHECK(seen(framing, {"a\n", "\r\nb\n"}) == "lf:a|lf:|lf:b");
        CHECK(seen(framing, {"a\n", "\r", "\0b\n"sv}) == "lf:a|lf:b");
        CHECK(seen(framing, {"a\n", "\r", "\r", "\n"}) == "lf:a|lf:");
        CHECK(seen(framing, {"a\n", "\r", End::eof}) == "lf:a|-");
        CHECK_FALSE(Stream(framing, {"a\n", "\r"}).framer.pending());
    }
}

TEST_CASE("lines: a terminator may be split over reads") {
    for (const Framing framing : {AUTO, LINE}) {
        CHECK(seen(framing, {"a\r", "\nb\n"}) == "lf:a|lf:b");
        CHECK(seen(framing, {"a\r", "\0"sv, "\0b\n"sv}) == "nul:a|lf:b");
        CHECK(seen(framing, {"a\n", "\0"sv, "b\0"sv, "\0c\n"sv}) == "lf:a|nul:b|lf:c");
        CHECK(seen(framing, {"a\r", "b\n"}) == "lf:a\rb");
        CHECK(seen(framing, {"\r", "\n", "\r", "\n"}) == "lf:|lf:");
        test::check_any_split({.framing = framing}, "a\r\nb\n\rc\0\0d\r\0\n\r\n\re\n\0f\r"sv,
                              "lf:a|lf:b|nul:c|nul:d|lf:|lf:|lf:e|eof:f");
    }
    CHECK(seen(LINE, {"a\r", "\r", "\n"}) == "lf:a\r");
    CHECK(seen(LINE, {"\r", "\r", "\r", "\r", "\n"}) == "lf:\r\r\r");
}

TEST_CASE("lines: a NUL after silence begins a new run") {
    for (const Framing framing : {AUTO, LINE}) {
        const auto after_silence = [framing](std::string_view before, std::string_view after) {
            Stream stream{framing, {before}};
            stream.framer.note_silence();
            stream.read(after);
            return stream.seen;
        };
        CHECK(after_silence("", "\0"sv) == "nul:");
        CHECK(after_silence("a\0"sv, "\0"sv) == "nul:a|nul:");
        CHECK(after_silence("a\0\0"sv, "\0\0b\0"sv) == "nul:a|nul:|nul:b");
        CHECK(after_silence("a\n"sv, "\0\0"sv) == "lf:a|nul:");
        CHECK(after_silence("a\n\r"sv, "\0"sv) == "lf:a|nul:");
        CHECK(after_silence("a\n\0"sv, "\0"sv) == "lf:a|nul:");
        // CR NUL is one end, however late its NUL comes; a CR after an LF is not one.
        CHECK(after_silence("a\r"sv, "\0"sv) == "nul:a");
        CHECK(after_silence("a\n"sv, "\rb\n"sv) == "lf:a|lf:b");
        CHECK(after_silence("a\0"sv, "b\0"sv) == "nul:a|nul:b");
    }
}

TEST_CASE("lines: a NUL that comes late is the end of the tail that was taken") {
    Stream stream{AUTO, {"abc", QUIET}};
    stream.framer.note_silence();
    stream.read("\0\0"sv);
    CHECK(stream.seen == "quiet:abc");
    stream.framer.note_silence();
    stream.read("\0"sv);
    CHECK(stream.seen == "quiet:abc|nul:");

    Stream scanner{AUTO, {"abc\r", QUIET}};
    scanner.framer.note_silence();
    scanner.read("\0"sv);
    CHECK(scanner.seen == "cr:abc");
    scanner.framer.note_silence();
    scanner.read("\0"sv);
    CHECK(scanner.seen == "cr:abc|nul:");
}

TEST_CASE("lines: nothing but an end, or a terminator, ends a line") {
    CHECK(Stream(LINE, {"abc"}).quiet_ms() == -1);
    CHECK_FALSE(Stream(LINE, {"abc"}).framer.holds_replies());
    CHECK(Stream(LINE, {"a", End::timeout}).framer.habit() == LINE);
    CHECK(seen(LINE, {"a\rb\rc\rd\re\r", "f\n"}) == "lf:a\rb\rc\rd\re\rf");
    // A message that timed out still owns its late terminator.
    CHECK(seen(LINE, {"abc", End::timeout, "\r\ndef\n"}) == "timeout:abc|lf:def");
    CHECK(seen(LINE, {"abc", End::timeout, "def\n"}) == "timeout:abc|lf:def");
    CHECK(seen(LINE, {"abc\r", End::timeout, "\ndef\n"}) == "timeout:abc|lf:def");
}
