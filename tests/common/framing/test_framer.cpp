#include "tests/common/framing/framing.hpp"
#include "tests/support/generators.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;
using namespace std::string_view_literals;
using test::seen;
using test::Stream;

namespace {

constexpr Framing AUTO = Framing::automatic;
constexpr Framing LINE = Framing::line;
constexpr Framing CHUNK = Framing::chunk;
constexpr End QUIET = End::quiet;

// Text, terminators and lengths on both sides of the capacity.
rc::Gen<std::string> random_stream() {
    return test::joined(rc::gen::weightedOneOf<std::string>(
        {{4, rc::gen::element<std::string>("a", "bc", "def", "ghij")},
         {6, rc::gen::element<std::string>("\r", "\n", std::string(1, '\0'), "\r\n")},
         {1, rc::gen::map(
                 rc::gen::element(500, 1019, 1022, 1023, 1024, 1025, 1030, 2500),
                 [](int size) { return std::string(static_cast<std::size_t>(size), 'x'); })}}));
}

std::string next_read(std::string_view& rest) {
    const auto most = rest.size() < 3000 ? static_cast<int>(rest.size()) : 3000;
    const int size =
        *rc::gen::oneOf(rc::gen::inRange(1, most + 1), rc::gen::inRange(1, std::min(most, 3) + 1));
    std::string read{rest.substr(0, static_cast<std::size_t>(size))};
    rest.remove_prefix(read.size());
    return read;
}

}  // namespace

TEST_CASE("framer: terminators") {
    for (const Framing framing : {AUTO, LINE}) {
        CHECK(seen(framing, {"one\ntwo\r\nthree\0"sv}) == "lf:one|lf:two|nul:three");
        CHECK(seen(framing, {"\n\r\n\n"}) == "lf:|lf:|lf:");
        CHECK(seen(framing, {"a\0\0\0b\0"sv}) == "nul:a|nul:b");
        CHECK(seen(framing, {"a\r\0\0b\n\0\0c\r\n\0d\n"sv}) == "nul:a|lf:b|lf:c|lf:d");
        CHECK(seen(framing, {"a\rb\n\rc\r\r\n"}) == "lf:a\rb|lf:c\r");
        CHECK(seen(framing, {"a\n\rb\n\r"}) == "lf:a|lf:b");
        CHECK(seen(framing, {"a\n\r\nb\n\r\r\n"}) == "lf:a|lf:|lf:b|lf:");
        CHECK(seen(framing, {"a\n\r\0b\n"sv}) == "lf:a|lf:b");
    }
}

TEST_CASE("framer: a terminator may be split over reads") {
    for (const Framing framing : {AUTO, LINE}) {
        CHECK(seen(framing, {"a\r", "\nb\n"}) == "lf:a|lf:b");
        CHECK(seen(framing, {"a\r", "\0"sv, "\0b\n"sv}) == "nul:a|lf:b");
        CHECK(seen(framing, {"a\n", "\0"sv, "b\0"sv, "\0c\n"sv}) == "lf:a|nul:b|lf:c");
        CHECK(seen(framing, {"a\r", "b\n"}) == "lf:a\rb");
        CHECK(seen(framing, {"a\r", "\r", "\n"}) == "lf:a\r");
        CHECK(seen(framing, {"\r", "\n", "\r", "\n"}) == "lf:|lf:");
        CHECK(seen(framing, {"a\n", "\r", "b\n", "\rc\n"}) == "lf:a|lf:b|lf:c");
        CHECK(seen(framing, {"a\n", "\r", "\nb\n"}) == "lf:a|lf:|lf:b");
        CHECK(seen(framing, {"a\n", "\r", End::eof}) == "lf:a|-");
    }
}

TEST_CASE("framer: what a peer did first decides") {
    CHECK(Stream{AUTO}.framer.habit() == AUTO);
    CHECK(Stream(AUTO, {"a"}).framer.habit() == AUTO);
    for (const std::string_view empty : {"\n"sv, "\r\n"sv, "\0"sv}) {
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
    CHECK(Stream(AUTO, {"a", QUIET, "b\n"}).framer.habit() == CHUNK);
    CHECK(Stream(LINE, {"a", End::timeout}).framer.habit() == LINE);
    CHECK(Stream(CHUNK, {"a\n"}).framer.habit() == CHUNK);
}

TEST_CASE("framer: how long a tail waits") {
    CHECK(Stream{AUTO}.quiet_ms() == -1);
    CHECK(Stream(AUTO, {"abc\n"}).quiet_ms() == -1);
    CHECK(Stream(LINE, {"abc"}).quiet_ms() == -1);
    CHECK(Stream(CHUNK, {"abc"}).quiet_ms() == -1);

    CHECK(Stream(AUTO, {"abc"}).quiet_ms() == 100);
    CHECK(Stream(AUTO, {"abc", "def"}).quiet_ms() == 100);
    CHECK(Stream(AUTO, {"x\nabc"}).quiet_ms() == 3000);
    CHECK(Stream(AUTO, {"x\n", "abc"}).quiet_ms() == 3000);
    CHECK(Stream(AUTO, {"abc", QUIET, "x\n", "abc"}).quiet_ms() == 100);
}

TEST_CASE("framer: somebody who types has ten times as long") {
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
    CHECK(Stream(AUTO, {"a", "\r"}).quiet_ms() == 1000);
    // What was typed before says nothing of the next tail.
    CHECK(Stream(AUTO, {"a", QUIET, "bcd"}).quiet_ms() == 100);
    CHECK(Stream(AUTO, {"a", "\n", "bcd"}).quiet_ms() == 3000);
}

TEST_CASE("framer: two whole tails halve the time") {
    CHECK(Stream(AUTO, {"abc", QUIET, "def"}).quiet_ms() == 100);
    CHECK(Stream(AUTO, {"abc", QUIET, "def", QUIET, "ghi"}).quiet_ms() == 50);
    CHECK(Stream(AUTO, {"abc", QUIET, "def", QUIET, "gh", "i", QUIET, "jkl"}).quiet_ms() == 50);
    // Not whole: of two reads, or typed.
    CHECK(Stream(AUTO, {"a1", "bc", QUIET, "de", "f", QUIET, "ghi"}).quiet_ms() == 100);
    CHECK(Stream(AUTO, {"a", QUIET, "b", QUIET, "cde", QUIET, "ghi"}).quiet_ms() == 100);
    CHECK(Stream(AUTO, {"abc", QUIET, "x\n", "def", QUIET, "ghi"}).quiet_ms() == 50);
}

TEST_CASE("framer: the factors multiply") {
    CHECK(Stream(AUTO, {"x\n", "a"}).quiet_ms() == 30'000);
    CHECK(Stream(AUTO, {"x\n", "abc", QUIET, "def", QUIET, "ghi"}).quiet_ms() == 1500);
    CHECK(Stream(AUTO, {"abc", QUIET, "def", QUIET, "g"}).quiet_ms() == 500);
    CHECK(Stream(AUTO, {"x\n", "abc", QUIET, "def", QUIET, "g"}).quiet_ms() == 15'000);
}

TEST_CASE("framer: a terminator that comes after a tail was taken belongs to it") {
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
    CHECK(seen(AUTO, {"abc", QUIET, "d\n"}) == "quiet:abc|lf:d");
    CHECK(seen(AUTO, {"abc", QUIET, "d\n", "\n"}) == "quiet:abc|lf:d|lf:");
    CHECK(seen(AUTO, {"abc", QUIET, "\n", "def", QUIET, "\n"}) == "quiet:abc|quiet:def");
}

TEST_CASE("framer: a CR after a tail was taken is text, unless a terminator follows") {
    CHECK(seen(AUTO, {"abc", QUIET, "\rdef\n"}) == "quiet:abc|lf:\rdef");
    CHECK(seen(AUTO, {"abc", QUIET, "\r", "def\n"}) == "quiet:abc|lf:\rdef");
    CHECK(seen(AUTO, {"abc", QUIET, "\r", "\n", "def\n"}) == "quiet:abc|lf:def");
    // While it stands alone, it is no message, and its LF is still awaited.
    CHECK(seen(AUTO, {"abc", QUIET, "\r", QUIET, "\n", "def\n"}) == "quiet:abc|-|lf:def");
    CHECK(seen(AUTO, {"abc", QUIET, "\r", End::eof}) == "quiet:abc|-");
}

TEST_CASE("framer: a tail's CR is trimmed, and the first one's makes a peer that ends with CR") {
    CHECK(seen(AUTO, {"abc\r", QUIET}) == "quiet:abc");
    CHECK(seen(AUTO, {"a\rb\r", QUIET}) == "quiet:a\rb");
    CHECK(seen(AUTO, {"abc\r", QUIET, "\n"}) == "quiet:abc");
    CHECK(seen(AUTO, {"abc\r", QUIET, "\0"sv}) == "quiet:abc");
    CHECK(seen(AUTO, {"abc\r", QUIET, "def\rghi\r", "\r", "j\n"}) ==
          "quiet:abc|cr:def|cr:ghi|cr:|lf:j");
    CHECK(seen(AUTO, {"abc\r", QUIET, "def\r\nghi\r", "\njkl\r", "\0m\r"sv}) ==
          "quiet:abc|cr:def|cr:ghi|cr:jkl|cr:m");
    CHECK(seen(AUTO, {"abc\r", QUIET, "def", QUIET, "\r", "\n", "ghi\r"}) ==
          "quiet:abc|quiet:def|cr:ghi");
    CHECK(seen(AUTO, {"x\n", "abc\r", QUIET, "def\r"}) == "lf:x|quiet:abc|cr:def");
    // Not a later one's.
    CHECK(seen(AUTO, {"abc", QUIET, "def\r", QUIET, "g\rh\n"}) == "quiet:abc|quiet:def|lf:g\rh");
}

TEST_CASE("framer: replies wait for a chunk peer's tail") {
    CHECK_FALSE(Stream(AUTO, {"abc"}).framer.holds_replies());
    CHECK_FALSE(Stream(AUTO, {"x\n", "abc"}).framer.holds_replies());
    CHECK_FALSE(Stream(AUTO, {"abc", QUIET}).framer.holds_replies());
    CHECK(Stream(AUTO, {"abc", QUIET, "d"}).framer.holds_replies());
    CHECK(Stream(AUTO, {"abc", QUIET, "d\ne"}).framer.holds_replies());
    CHECK_FALSE(Stream(AUTO, {"abc", QUIET, "d\n"}).framer.holds_replies());
    CHECK_FALSE(Stream(AUTO, {"abc", QUIET, "\r"}).framer.holds_replies());
    CHECK_FALSE(Stream(LINE, {"abc"}).framer.holds_replies());
    CHECK_FALSE(Stream(CHUNK, {"abc"}).framer.holds_replies());
}

TEST_CASE("framer: a chunk is what one read brings") {
    CHECK(seen(CHUNK, {"abc", "d\ne"}) == "chunk:abc|chunk:d\ne");
    CHECK(seen(CHUNK, {"abc\n", "abc\r\n", "abc\r\n\0\0"sv, "a\rb\r"}) ==
          "chunk:abc|chunk:abc|chunk:abc|chunk:a\rb");
    CHECK(seen(CHUNK, {"\r\n"}) == "chunk:");
    CHECK(seen(CHUNK, {std::string(1024, 'x') + "\r\n"}) == "chunk:" + std::string(1024, 'x'));
    const std::string three(3, 'd');  // UnevenSplit takes nothing off at 'd'
    CHECK(seen(CHUNK, {std::string(1024, 'd') + three + "\r\n"}) ==
          "full:" + std::string(1024, 'd') + "~|~chunk:" + three);
}

TEST_CASE("framer: a message of the capacity is whole, a longer one leaves in parts") {
    const std::string full(1024, 'x');
    for (const std::string_view end : {"\n"sv, "\r\n"sv, "\0"sv}) {
        const std::string as = end == "\0"sv ? "nul:" : "lf:";
        CHECK(seen(LINE, {full + std::string{end}}) == as + full);
        CHECK(seen(LINE, {full, end}) == as + full);
    }
    CHECK(seen(LINE, {full + "\r", "\n"}) == "lf:" + full);
    CHECK(seen(LINE, {full + "\r", End::eof}) == "eof:" + full);
    // 'x' & 3 is 0, 'y' 1, 'z' 2, '{' 3: so many bytes go into the next part.
    for (const char last : {'x', 'y', 'z', '{'}) {
        const std::string text = std::string(1023, 'x') + last;
        const auto taken = test::UnevenSplit::back(text);
        const std::string parts =
            "full:" + text.substr(0, taken) + "~|~lf:" + text.substr(taken) + "more";
        CHECK(seen(LINE, {text + "more\n"}) == parts);
        CHECK(seen(LINE, {text, "more\n"}) == parts);
        CHECK(seen(AUTO, {text.substr(0, 9), text.substr(9) + "m", "ore\n"}) == parts);
    }
    // A CR that turns out to be text is one byte too many.
    CHECK(seen(LINE, {full + "\r", "y\n"}) == "full:" + full + "~|~lf:\ry");
}

TEST_CASE("framer: every end ends what is pending") {
    for (const End end :
         {End::quiet, End::eof, End::reset, End::timeout, End::shutdown, End::kicked}) {
        const std::string as = std::string{name(end)} + ":";
        for (const Framing framing : {AUTO, LINE}) {
            CHECK(seen(framing, {end}) == "-");
            CHECK(seen(framing, {"a\n", end}) == "lf:a|-");
            CHECK(seen(framing, {"a", "bc", end, end}) == as + "abc|-");
            CHECK(seen(framing, {"\r", end}) == as);
            CHECK(seen(framing, {std::string(1028, 'x'), end}) ==
                  "full:" + std::string(1024, 'x') + "~|~" + as + "xxxx");
        }
    }
}

TEST_CASE("framer: any split over reads gives the same frames") {
    CHECK(rc::check("line, and auto without a quiet time", [](bool line) {
        const std::string bytes = *random_stream();
        Stream stream{line ? LINE : AUTO};
        for (std::string_view rest = bytes; !rest.empty();) stream.read(next_read(rest));
        if (stream.framer.pending()) stream.flush(End::eof);
        RC_ASSERT(stream.seen == naive::cut(bytes));
        RC_ASSERT(stream.split_point.longest <= FRAME_CAPACITY);
    }));
}

TEST_CASE("framer: whatever is flushed when, no byte of text is lost or said twice") {
    CHECK(rc::check("auto", [] {
        const std::string bytes = *random_stream();
        Stream stream{AUTO};
        std::string text;
        const auto keep = [&](std::string_view all) {
            for (const char byte : all) {
                if (byte >= 'a') text += byte;
            }
        };
        for (std::string_view rest = bytes; !rest.empty();) {
            const std::string data = next_read(rest);
            const auto fed = stream.feed(data, [&](const Frame& frame) {
                RC_ASSERT(frame.bytes.size() <= FRAME_CAPACITY);
                keep(frame.bytes);
            });
            RC_ASSERT(fed.unread == 0U);
            const bool quiet = rest.empty() || *rc::gen::inRange(0, 3) == 0;
            if (!quiet) continue;
            stream.framer.flush(QUIET, stream.split_point, [&](const Frame& frame) {
                keep(frame.bytes);
                return FrameVerdict::next;
            });
        }
        std::string expected = bytes;
        std::erase_if(expected, [](char byte) { return byte < 'a'; });
        RC_ASSERT(text == expected);
    }));
}

TEST_CASE("framer: ten megabytes without an end cost a constant for each kilobyte") {
    constexpr std::size_t SIZE = 10 << 20;
    for (const std::size_t read : {std::size_t{1000}, std::size_t{16} << 10, SIZE}) {
        Stream stream{AUTO};
        const std::string bytes(read, 'x');
        std::size_t sent = 0;
        for (; sent < SIZE; sent += read) {
            stream.feed(bytes, [](const Frame& frame) { CHECK(frame.bytes.size() == 1024); });
        }
        CHECK(stream.split_point.calls == (sent - 1) / 1024);
        CHECK(stream.split_point.longest == 1024);
    }
    static_assert(sizeof(Framer) <= FRAME_CAPACITY + 48);
}

TEST_CASE("framer: frames behind the one that stops are counted, not taken") {
    for (const Framing framing : {AUTO, LINE}) {
        Stream stream{framing, {"be"}};
        std::string seen;
        const auto fed = stream.feed_until("gun\nsecond\nthird", [&](const Frame& frame) {
            test::append_frame(seen, frame);
            return frame.bytes == "second" ? FrameVerdict::stop : FrameVerdict::next;
        });
        CHECK(seen == "lf:begun|lf:second");
        CHECK(fed.unread == 5);
        CHECK_FALSE(stream.framer.pending());
    }
}
