// What is known about a peer, and how long its tail may wait for more.
#include "tests/common/framing/framing.hpp"

using namespace hark;
using namespace std::string_view_literals;
using test::AUTO;
using test::CHUNK;
using test::LINE;
using test::QUIET;
using test::Stream;

namespace {

// `count` lines in one read.
std::string lines(std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += "x\n";
    return all;
}

}  // namespace

TEST_CASE("auto: what a peer did first decides") {
    CHECK(Stream{AUTO}.framer.habit() == AUTO);
    CHECK(Stream(AUTO, {"a"}).framer.habit() == AUTO);
    for (const std::string_view empty : {"\n"sv, "\r\n"sv, "\0"sv, "\n\r"sv}) {
        CHECK(Stream(AUTO, {empty}).framer.habit() == AUTO);
        CHECK(Stream(AUTO, {empty, "a", QUIET}).framer.habit() == CHUNK);
        CHECK(Stream(AUTO, {empty, "a\n"}).framer.habit() == LINE);
    }
    for (const std::string_view first : {"a\n"sv, "a\r\n"sv, "a\0"sv}) {
        CHECK(Stream(AUTO, {first}).framer.habit() == LINE);
        CHECK(Stream(AUTO, {first, "b", QUIET}).framer.habit() == LINE);
    }
    CHECK(Stream(AUTO, {"a", "b\n"}).framer.habit() == LINE);
    CHECK(Stream(AUTO, {std::string_view{std::string(3000, 'x') + "\n"}}).framer.habit() == LINE);
    CHECK(Stream(AUTO, {"a", QUIET}).framer.habit() == CHUNK);
    CHECK(Stream(AUTO, {"a\r", QUIET}).framer.habit() == CHUNK);
    CHECK(Stream(AUTO, {"a", QUIET, "b\n", "c\n", "d\n"}).framer.habit() == CHUNK);
    // A CR alone is an empty message, too.
    CHECK(Stream(AUTO, {"\r", QUIET}).framer.habit() == AUTO);
    CHECK(Stream(AUTO, {"\r", QUIET, "a\rb\n"}).framer.habit() == LINE);
    CHECK(Stream(AUTO, {"\r", QUIET, "a\rb\n"}).seen == "cr:|lf:a\rb");
    CHECK(Stream(AUTO, {lines(16), "\r", QUIET, "abc"}).quiet_ms() == 30'000);
}

TEST_CASE("auto: a line peer that goes on without its terminator is a chunk peer for now") {
    const auto then = [](std::initializer_list<test::Step> steps) {
        Stream stream{AUTO, {"x\n", "abc", QUIET}};
        CHECK(stream.framer.habit() == LINE);
        for (const test::Step& step : steps) stream.take(step);
        return stream.framer.habit();
    };
    CHECK(then({"d"}) == CHUNK);
    CHECK(then({"\rd"}) == CHUNK);
    CHECK(then({"\r", "d"}) == CHUNK);
    // Its terminator, however late and whatever follows.
    for (const std::string_view late : {"\n"sv, "\r\n"sv, "\0"sv, "\nd"sv, "\n\rd"sv, "\r\0d"sv}) {
        CHECK(then({late}) == LINE);
    }
    CHECK(then({"\r"}) == LINE);
    CHECK(then({"\r", "\n", "d"}) == LINE);
    CHECK(then({"\r", QUIET, "d"}) == LINE);
    CHECK(then({"\r", QUIET, "\n", "d"}) == LINE);
    // Two messages in a row make it a line peer again.
    CHECK(then({"d\n"}) == CHUNK);
    CHECK(then({"d\ne\n"}) == LINE);
    CHECK(then({"d\n", "\n", "\n"}) == CHUNK);
    CHECK(then({"d\n", "\n", "e\n"}) == LINE);
    CHECK(then({"d\n", "e", QUIET, "\n", "f\n"}) == CHUNK);
    CHECK(then({"d\n", "e", QUIET, "\n", "f\n", "g\0"sv}) == LINE);
    CHECK(then({"d", QUIET, "e", QUIET}) == CHUNK);
}

TEST_CASE("auto: what took too long does not make a line peer a chunk peer") {
    CHECK(Stream(AUTO, {"x\n", "abc", End::timeout, "def"}).framer.habit() == LINE);
    CHECK(Stream(AUTO, {"x\n", "abc\r", End::timeout, "def"}).framer.habit() == LINE);
    CHECK(Stream(AUTO, {"abc", End::timeout, "def"}).framer.habit() == CHUNK);
    // An earlier quiet tail does not count, either.
    CHECK(Stream(AUTO, {"x\n", "a", QUIET, "\n", "abc", End::timeout, "d"}).framer.habit() == LINE);
    CHECK(Stream(AUTO, {"x\n", "abc", End::timeout, "d\n", "abc", QUIET, "d"}).framer.habit() ==
          CHUNK);
}

TEST_CASE("auto: how long a tail waits") {
    CHECK(Stream{AUTO}.quiet_ms() == -1);
    CHECK(Stream(AUTO, {"abc\n"}).quiet_ms() == -1);

    CHECK(Stream(AUTO, {"abc"}).quiet_ms() == 100);
    CHECK(Stream(AUTO, {"abc", "def"}).quiet_ms() == 100);
    CHECK(Stream(AUTO, {"x\nabc"}).quiet_ms() == 3000);
    CHECK(Stream(AUTO, {"x\n", "abc"}).quiet_ms() == 3000);
    CHECK(Stream(AUTO, {"abc", QUIET, "x\n", "abc"}).quiet_ms() == 100);
    CHECK(Stream(AUTO, {"x\n", "abc", QUIET, "\n", "def"}).quiet_ms() == 3000);
    CHECK(Stream(AUTO, {"x\n", "abc", QUIET, "def"}).quiet_ms() == 100);
}

TEST_CASE("auto: bytes that are held back wait as the tail would") {
    const auto waits = [](std::initializer_list<test::Step> steps) {
        return Stream(AUTO, steps)
            .framer.quiet_time_of_held(std::chrono::milliseconds{100})
            .value_or(std::chrono::milliseconds{-1})
            .count();
    };
    CHECK(waits({}) == 100);
    CHECK(waits({"x\n"}) == 3000);
    CHECK(waits({"a"}) == 1000);
    CHECK_FALSE(Stream{LINE}.framer.quiet_time_of_held(std::chrono::milliseconds{100}));
    CHECK_FALSE(Stream{CHUNK}.framer.quiet_time_of_held(std::chrono::milliseconds{100}));
}

TEST_CASE("auto: sixteen messages in a row with a terminator make a steady line peer") {
    const auto waits = [](std::initializer_list<test::Step> steps) {
        return Stream(AUTO, steps).quiet_ms();
    };
    CHECK(waits({lines(15) + "abc"}) == 3000);
    CHECK(waits({lines(16) + "abc"}) == 30'000);
    CHECK(waits({lines(300), "abc"}) == 30'000);
    CHECK(waits({lines(16), "a"}) == 300'000);
    // Empty lines do not count, and a message in parts counts once.
    CHECK(waits({lines(15) + "\n\n\n\n", "abc"}) == 3000);
    CHECK(waits({lines(8) + "\n\n" + lines(8), "abc"}) == 30'000);
    CHECK(waits({lines(14) + std::string(5000, 'x') + "\n", "abc"}) == 3000);
    // A tail ends the row, whether its terminator comes or not.
    CHECK(waits({lines(16), "abc", QUIET, "\n", "abc"}) == 3000);
    CHECK(waits({lines(16), "abc", End::timeout, "\n", "abc"}) == 3000);
    CHECK(waits({lines(16), "abc", QUIET, "\n", lines(16), "abc"}) == 30'000);
    CHECK(waits({lines(16), "abc", QUIET, "abc"}) == 100);
    CHECK(waits({lines(16), "abc", QUIET, "d\n", lines(14), "abc"}) == 3000);
    CHECK(waits({lines(16), "abc", QUIET, "d\n", lines(15), "abc"}) == 30'000);
    // Sixteen in a row do not make a chunk peer a line peer.
    CHECK(waits({"abc", QUIET, lines(16), "abc"}) == 100);
}

TEST_CASE("auto: somebody who types has ten times as long") {
    CHECK(Stream(AUTO, {"a"}).quiet_ms() == 1000);
    CHECK(Stream(AUTO, {"a", "b", "c"}).quiet_ms() == 1000);
    CHECK(Stream(AUTO, {"a", "bc"}).quiet_ms() == 100);
    CHECK(Stream(AUTO, {"ab", "c"}).quiet_ms() == 100);
    CHECK(Stream(AUTO, {"a", "bc", "d"}).quiet_ms() == 100);
    CHECK(Stream(AUTO, {"\xE4\xBD\xA0", "\xE5\xA5\xBD"}).quiet_ms() == 1000);  // 你好
    CHECK(Stream(AUTO, {"\xC4\xE3", "a", "\xBA\xC3"}).quiet_ms() == 1000);     // in GBK
    CHECK(Stream(AUTO, {"\xF0\x9F\x98\x80"}).quiet_ms() == 1000);
    CHECK(Stream(AUTO, {"\x81\x30\x81\x30"}).quiet_ms() == 1000);
    CHECK(Stream(AUTO, {"\xE4\xBD\xA0\xE5\xA5\xBD"}).quiet_ms() == 100);
    // What was typed before says nothing about the next tail.
    CHECK(Stream(AUTO, {"a", QUIET, "bcd"}).quiet_ms() == 100);
    CHECK(Stream(AUTO, {"a", "\n", "bcd"}).quiet_ms() == 3000);
    CHECK(Stream(AUTO, {"x\n", "a"}).quiet_ms() == 30'000);
}

TEST_CASE("auto: two whole tails halve the time") {
    CHECK(Stream(AUTO, {"abc", QUIET, "def"}).quiet_ms() == 100);
    CHECK(Stream(AUTO, {"abc", QUIET, "def", QUIET, "ghi"}).quiet_ms() == 50);
    CHECK(Stream(AUTO, {"abc", QUIET, "def", QUIET, "gh", "i", QUIET, "jkl"}).quiet_ms() == 50);
    // Not whole: in two reads, typed, or taken for another reason.
    CHECK(Stream(AUTO, {"a1", "bc", QUIET, "de", "f", QUIET, "ghi"}).quiet_ms() == 100);
    CHECK(Stream(AUTO, {"a", QUIET, "b", QUIET, "cde", QUIET, "ghi"}).quiet_ms() == 100);
    CHECK(Stream(AUTO, {"abc", End::timeout, "def", QUIET, "ghi"}).quiet_ms() == 100);
    CHECK(Stream(AUTO, {"abc", QUIET, "x\n", "def", QUIET, "ghi"}).quiet_ms() == 50);
}

TEST_CASE("auto: the factors multiply") {
    CHECK(Stream(AUTO, {"abc", QUIET, "def", QUIET, "g"}).quiet_ms() == 500);
    const auto line_peer = [](std::string_view next) {
        return Stream(AUTO, {"x\n", "abc", QUIET, "\n", "def", QUIET, "\n", next}).quiet_ms();
    };
    CHECK(line_peer("ghi") == 1500);
    CHECK(line_peer("g") == 15'000);
    CHECK(line_peer(lines(16) + "ghi") == 15'000);
}

TEST_CASE("auto: replies wait for a chunk peer's tail") {
    CHECK_FALSE(Stream(AUTO, {"abc"}).framer.holds_replies());
    CHECK_FALSE(Stream(AUTO, {"x\n", "abc"}).framer.holds_replies());
    CHECK_FALSE(Stream(AUTO, {"abc", QUIET}).framer.holds_replies());
    CHECK(Stream(AUTO, {"abc", QUIET, "def"}).framer.holds_replies());
    CHECK(Stream(AUTO, {"abc", QUIET, "x\ndef"}).framer.holds_replies());
    CHECK_FALSE(Stream(AUTO, {"abc", QUIET, "x\n"}).framer.holds_replies());
    CHECK_FALSE(Stream(AUTO, {"abc", QUIET, "\r"}).framer.holds_replies());
    // Nor for a line peer's, unless it has stopped sending terminators.
    CHECK_FALSE(Stream(AUTO, {"x\n", "abc", QUIET, "\ndef"}).framer.holds_replies());
    CHECK(Stream(AUTO, {"x\n", "abc", QUIET, "def"}).framer.holds_replies());
    // A peer that ends messages with CR has no tail to wait for.
    CHECK_FALSE(Stream(AUTO, {"abc\r", QUIET, "x\rdef"}).framer.holds_replies());
}
