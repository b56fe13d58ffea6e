// What holds for every framing, or for the line framings: parts, ends, stops, time and memory.
#include "tests/common/framing/framing.hpp"

#include <array>
#include <ctime>

using namespace hark;
using namespace std::string_view_literals;
using test::AUTO;
using test::LINE;
using test::seen;
using test::Stream;

namespace {

const FramingOptions STX_ETX{
    .framing = Framing::delimited, .begin = Delimiter{"\x02"}, .end = Delimiter{"\x03"}};

}  // namespace

TEST_CASE("framer: a message of the capacity is whole, a longer one leaves in parts") {
    const std::string full(1024, 'x');
    for (const std::string_view end : {"\n"sv, "\r\n"sv, "\0"sv}) {
        const std::string as = end == "\0"sv ? "nul:" : "lf:";
        CHECK(seen(LINE, {full + std::string{end}}) == as + full);
        CHECK(seen(LINE, {full, end}) == as + full);
    }
    CHECK(seen(LINE, {full + "\r", "\n"}) == "lf:" + full);
    CHECK(seen(LINE, {full + "\r", End::eof}) == "eof:" + full);
    // 'x' & 3 is 0, 'y' 1, 'z' 2, '{' 3: that many bytes go into the next part.
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
            CHECK(seen(framing, {std::string(1028, 'x'), end}) ==
                  "full:" + std::string(1024, 'x') + "~|~" + as + "xxxx");
        }
        CHECK(seen(LINE, {"\r", end}) == as);
        CHECK(seen(AUTO, {"\r", end}) == (end == End::quiet ? "cr:" : as));
        CHECK(seen(STX_ETX, {"\x02"
                             "abc",
                             end, end}) == as + "abc|-");
        CHECK(seen(STX_ETX, {"abc", end, end}) == "stray:abc|-");
        const std::string sized = end == End::timeout ? "frame:" : as;
        CHECK(seen(Framing::counted, {"5 abc", end, end}) == sized + "abc|-");
        CHECK(seen(Framing::length, {"\0\0\0\x05"
                                     "abc"sv,
                                     end, end}) == sized + "abc|-");
    }
}

TEST_CASE("framer: ten megabytes without an end cost a constant for each kilobyte") {
    constexpr std::size_t SIZE = 10 << 20;
    const FramingOptions counted{.framing = Framing::counted,
                                 .max_message = FramingOptions::MAX_MESSAGE};
    for (const FramingOptions& options :
         {FramingOptions{}, FramingOptions{.framing = LINE}, STX_ETX, counted}) {
        for (const std::size_t read : {std::size_t{1000}, std::size_t{16} << 10, SIZE}) {
            const bool sized = options.framing == Framing::counted;
            Stream stream{options};
            if (sized) stream.read("999999999 ");
            const std::string bytes(read, 'x');
            std::size_t sent = 0;
            for (; sent < SIZE; sent += read) {
                stream.feed(bytes, [](const Frame& frame) { CHECK(frame.bytes.size() == 1024); });
            }
            CHECK(stream.split_point.calls == (sent - 1) / 1024);
            CHECK(stream.split_point.longest == 1024);
        }
    }
    static_assert(sizeof(FramerState) <= FRAME_CAPACITY + 24);
}

TEST_CASE("framer: what looks like an end costs no more than text") {
    // Each byte or pair could begin an end, but none does. If each one made the framer search the
    // rest of the read, the first case would take minutes.
    const FramingOptions delimited{
        .framing = Framing::delimited, .begin = Delimiter{"\x02"}, .end = Delimiter{"AAAB"}};
    std::size_t size = 8U << 20U;
    const std::clock_t began = std::clock();
    for (const std::string_view unit : {"A."sv, "AAA."sv, "A"sv, "\r"sv, "\r."sv}) {
        std::string bytes{'\x02'};
        while (bytes.size() < size) bytes += unit;
        for (const FramingOptions& options : {delimited, FramingOptions{.framing = LINE}}) {
            Stream stream{options};
            std::size_t text = 0;
            stream.feed(bytes, [&](const Frame& frame) { text += frame.bytes.size(); });
            CHECK(text + FRAME_CAPACITY + Delimiter::MAX_SIZE >= bytes.size());
        }
        size = 1U << 20U;
    }
    CHECK((std::clock() - began) / CLOCKS_PER_SEC < 60);
}

TEST_CASE("framer: frames behind the one that stops are counted, not taken") {
    struct Case {
        FramingOptions options;
        std::string_view first, rest;
        std::string_view seen;
        std::size_t unread;
    };
    const std::array cases{
        Case{{}, "be", "gun\nsecond\nthird", "lf:begun|lf:second", 5},
        Case{{.framing = LINE}, "be", "gun\nsecond\nthird", "lf:begun|lf:second", 5},
        Case{STX_ETX,
             "\x02"
             "be",
             "gun\x03\x02second\x03\x02third\x03", "delimiter:begun|delimiter:second", 7},
        Case{{.framing = Framing::counted},
             "5 be",
             "gun6 second5 third",
             "counted:begun|counted:second",
             7},
        Case{{.framing = Framing::length, .length_bytes = 1},
             "\x05"
             "be",
             "gun\x06second\x05third",
             "length:begun|length:second",
             6},
    };
    for (const Case& each : cases) {
        Stream stream{each.options, {each.first}};
        std::string seen;
        const auto fed = stream.feed_until(each.rest, [&](const Frame& frame) {
            test::append_frame(seen, frame);
            return frame.bytes == "second" ? FrameVerdict::stop : FrameVerdict::next;
        });
        CHECK(seen == each.seen);
        CHECK(fed.unread == each.unread);
        CHECK_FALSE(stream.framer.pending());
    }
}

TEST_CASE("framer: bytes of a flush behind the frame that stops are counted") {
    Stream stream{AUTO, {"bye\rabcd\r"}};
    const auto flushed = stream.framer.flush(End::quiet, stream.split_point,
                                             [](const Frame&) { return FrameVerdict::stop; });
    REQUIRE(flushed);
    CHECK(flushed->verdict == FrameVerdict::stop);
    CHECK(flushed->unread == 5);
}

TEST_CASE("framer: whether the pending message began in this read") {
    const auto is_new = [](const FramingOptions& options, std::string_view before,
                           std::string_view bytes) {
        Stream stream{options, {before}};
        const auto fed = stream.feed(bytes, [](const Frame&) {});
        return stream.framer.pending() && fed.pending_is_new;
    };
    for (const Framing framing : {AUTO, LINE}) {
        CHECK(is_new({.framing = framing}, "", "a"));
        CHECK(is_new({.framing = framing}, "x\n", "a"));
        CHECK(is_new({.framing = framing}, "x\n", "y\na"));
        CHECK(is_new({.framing = framing}, "x", "\na"));
        CHECK_FALSE(is_new({.framing = framing}, "x", "a"));
        CHECK_FALSE(is_new({.framing = framing}, "x\r", "a"));
    }
    CHECK(is_new(STX_ETX, "", "\x02"));
    CHECK(is_new(STX_ETX, "", "a"));
    CHECK(is_new(STX_ETX, "a",
                 "\x02"
                 "b"));
    CHECK(is_new(STX_ETX,
                 "\x02"
                 "a",
                 "\x03\x02"
                 "b"));
    CHECK_FALSE(is_new(STX_ETX, "\x02", "b"));
    for (const FramingOptions& options :
         {FramingOptions{.framing = Framing::counted},
          FramingOptions{.framing = Framing::length, .length_bytes = 2}}) {
        const bool counted = options.framing == Framing::counted;
        const std::string_view two = counted ? "2 ab"sv : "\0\2ab"sv;
        CHECK(is_new(options, "", two.substr(0, 1)));
        CHECK(is_new(options, "", two.substr(0, 3)));
        CHECK(is_new(options, two, two.substr(0, 3)));
        CHECK(is_new(options, two.substr(0, 3), std::string{"b"}.append(two.substr(0, 3))));
        CHECK_FALSE(is_new(options, two.substr(0, 1), two.substr(1, 1)));
        CHECK_FALSE(is_new(options, two.substr(0, 2), two.substr(2, 1)));
    }
}
