#include "tests/common/framing/framing.hpp"

using namespace hark;
using namespace std::string_view_literals;
using test::seen;
using test::Stream;

namespace {

FramingOptions between(std::string_view begin, std::string_view end) {
    return {.framing = Framing::delimited, .begin = Delimiter{begin}, .end = Delimiter{end}};
}
FramingOptions until(std::string_view end) {
    return between("", end);
}

const FramingOptions MLLP = between("\x0B", "\x1C\r");

}  // namespace

TEST_CASE("delimited: the listener's end and nothing else ends a message") {
    CHECK(seen(until("\x03"), {"a\x03"
                               "b\nc\r\n\x03\x03"}) == "delimiter:a|delimiter:b\nc\r\n|delimiter:");
    CHECK(seen(until("\r"), {"a\r\nb\r"}) == "delimiter:a|delimiter:\nb");
    CHECK(seen(until("\0"sv), {"{\n}\0\0"sv}) == "delimiter:{\n}|delimiter:");
    CHECK(seen(until("\r\n"), {"a\rb\n\r\n"}) == "delimiter:a\rb\n");
    CHECK(seen(until("END;"), {"EEND;ENDEND;"}) == "delimiter:E|delimiter:END");
    CHECK(seen(until("\x03"), {"abc", End::timeout, "def\x03"}) == "timeout:abc|delimiter:def");
    CHECK(seen(until("\x03"), {" \r\n", End::eof}) == "eof: \r\n");
}

TEST_CASE("delimited: nothing but an end is waited for, inside of a frame") {
    CHECK(Stream(until("\x03"), {"abc"}).quiet_ms() == -1);
    CHECK(Stream(MLLP, {"\x0B"
                        "abc"})
              .quiet_ms() == -1);
    CHECK(Stream(MLLP, {"\x0B"
                        "abc\x1C"})
              .quiet_ms() == -1);
    CHECK(Stream(MLLP, {"\x0B"}).quiet_ms() == -1);
    CHECK(Stream(MLLP, {"\x0B"}).framer.pending());
    CHECK_FALSE(Stream(MLLP, {"\x0B"
                              "abc\x1C\r"})
                    .framer.pending());
    CHECK_FALSE(Stream(MLLP, {"\x0B"
                              "abc"})
                    .framer.holds_replies());
    CHECK(Stream{MLLP}.framer.habit() == Framing::delimited);
}

TEST_CASE("delimited: matching finds overlaps") {
    CHECK(seen(until("AAB"), {"AAAB"}) == "delimiter:A");
    CHECK(seen(until("AAB"), {"AAAAABAB"}) == "delimiter:AAA");
    CHECK(seen(until("ABAC"), {"ABABAC"}) == "delimiter:AB");
    CHECK(seen(until("AABA"), {"AABAABA"}) == "delimiter:");
    CHECK(seen(until("AA"), {"AAA", "A"}) == "delimiter:|delimiter:");
    for (const std::string_view end : {"AAB"sv, "ABAC"sv, "AABA"sv, "AAAA"sv, "ABAB"sv}) {
        const std::string_view bytes = "AAAABABACABAAABAAAAAABABABACAABAABAC";
        test::check_any_split(until(end), bytes, [&] {
            std::string expected;
            std::string_view rest = bytes;
            for (std::size_t at; (at = rest.find(end)) != std::string_view::npos;) {
                test::append_frame(expected, {rest.substr(0, at), End::delimiter, true, true});
                rest.remove_prefix(at + end.size());
            }
            if (!rest.empty()) test::append_frame(expected, {rest, End::eof, true, true});
            return expected;
        }());
    }
}

TEST_CASE("delimited: frames have a beginning, and what stands outside of them is stray") {
    CHECK(seen(MLLP, {"\x0B"
                      "a\rb\x1C\r\x0B\x1C\r"}) == "delimiter:a\rb|delimiter:");
    CHECK(seen(MLLP, {"noise\x0B"
                      "a\x1C\r"}) == "stray:noise|delimiter:a");
    CHECK(seen(MLLP, {"\x0B"
                      "a\x1C\rmore noise\x0B"
                      "b\x1C\r"}) == "delimiter:a|stray:more noise|delimiter:b");
    // Stray text loses the CR, LF, NUL and blanks around it; alone, those are not a message.
    CHECK(seen(MLLP, {"\r\n\0 \t x y \r\n\x0B"
                      "a\x1C\r\r\n \0\x0B"
                      "b\x1C\r\n"sv}) == "stray:x y|delimiter:a|delimiter:b");
    CHECK(seen(MLLP, {"\r\n", " \t", End::eof}) == "-");
    CHECK_FALSE(Stream(MLLP, {"\r\n \t"}).framer.pending());
    // An end outside of frames ends nothing, and is stray.
    CHECK(seen(between("<", ">"), {"a>b<c>"}) == "stray:a>b|delimiter:c");
}

TEST_CASE("delimited: silence ends what is stray") {
    Stream stream{MLLP, {"noi", "se\r\n"}};
    CHECK(stream.quiet_ms() == 100);
    stream.flush(End::quiet);
    CHECK(stream.seen == "stray:noise");
    CHECK(stream.quiet_ms() == -1);
    stream.read(
        "\x0B"
        "a\x1C\r");
    CHECK(stream.seen == "stray:noise|delimiter:a");
    // Its quiet time does not depend on the peer's habits.
    CHECK(Stream(MLLP, {"x"}).quiet_ms() == 100);
}

TEST_CASE("delimited: a beginning inside of a frame makes what came before it stray") {
    CHECK(seen(MLLP, {"\x0B"
                      "a\x0B"
                      "b\x1C\r"}) == "stray:a|delimiter:b");
    CHECK(seen(MLLP, {"\x0B\x0B"
                      "b\x1C\r"}) == "delimiter:b");
    CHECK(seen(MLLP, {"\x0B"
                      "a\x1C\x0B"
                      "b\x1C\r"}) == "stray:a\x1C|delimiter:b");
    CHECK(seen(between("AB", "B"), {"ABxABy", End::eof}) == "delimiter:xA|stray:y");
    CHECK(seen(between("<<", ">"), {"<<<a>"}) == "delimiter:<a");
    CHECK(seen(between("<<", ">"), {"<<x<<<a>"}) == "stray:x|delimiter:<a");
}

TEST_CASE("delimited: of two delimiters that are complete at one byte, the end counts") {
    CHECK(seen(between("XA", "A"), {"XAmXA"}) == "delimiter:mX");
    CHECK(seen(between("A", "XA"), {"AmXA"}) == "delimiter:m");
}

TEST_CASE("delimited: what could begin a delimiter and does not is text") {
    CHECK(seen(between("<<", ">>"), {"a<b<<c>d>>e<"}) == "stray:a<b|delimiter:c>d");
    CHECK(seen(between("<<", ">>"), {"a<b<<c>d>>e<", End::eof}) ==
          "stray:a<b|delimiter:c>d|stray:e<");
    CHECK(seen(until("ABCD"), {"xABC", End::eof}) == "eof:xABC");
    CHECK(seen(until("ABCD"), {"ABC", End::timeout, "D", "ABCD"}) == "timeout:ABC|delimiter:D");
}

TEST_CASE("delimited: silence says nothing of what may begin a frame") {
    const FramingOptions options = between("<<", ">>");
    CHECK(seen(options, {"<", End::quiet, "<a>>"}) == "-|delimiter:a");
    CHECK(seen(options, {"x<", End::quiet, "<a>>"}) == "stray:x|delimiter:a");
    CHECK(seen(options, {"x<", End::quiet, "y", End::quiet}) == "stray:x|stray:<y");
    CHECK(seen(options, {"x<", End::quiet, End::timeout}) == "stray:x|stray:<");
    CHECK(seen(options, {"<", End::quiet, End::eof}) == "-|stray:<");
    CHECK(Stream(options, {"x<"}).quiet_ms() == 100);
    CHECK(Stream(options, {"<"}).quiet_ms() == -1);
    CHECK(Stream(options, {"<"}).framer.pending());
    CHECK(Stream(options, {"x<", End::quiet}).quiet_ms() == -1);
}

TEST_CASE("delimited: held bytes outside of a frame wait as what is stray does") {
    const auto held_ms = [](const Stream& stream) {
        const auto time = stream.framer.quiet_time_of_held(std::chrono::milliseconds{100});
        return time ? time->count() : -1;
    };
    CHECK(held_ms(Stream{MLLP}) == 100);
    CHECK(held_ms(Stream(MLLP, {"x"})) == 100);
    CHECK(held_ms(Stream(MLLP, {"\x0B"})) == -1);
    CHECK(held_ms(Stream{until("\x03")}) == -1);
}

TEST_CASE("delimited: blanks that could begin a frame are none of a message") {
    const FramingOptions options = between("\r\n<", ">");
    CHECK(seen(options, {"\r\n<a>"}) == "delimiter:a");
    CHECK(seen(options, {"x\r\n<a>\r\n\r\n<b>"}) == "stray:x|delimiter:a|delimiter:b");
    CHECK(seen(options, {"\r\n", End::eof}) == "-");
    CHECK(seen(options, {"\r\n", End::quiet, "<a>"}) == "-|delimiter:a");
    CHECK(seen(options, {"x\r\n", End::quiet, "\r\n<a>"}) == "stray:x|delimiter:a");
    // Blanks alone are not pending.
    CHECK_FALSE(Stream(options, {"\r\n"}).framer.pending());
    CHECK(Stream(options, {"\r\n"}).quiet_ms() == -1);
    CHECK(Stream(options, {"x\r\n"}).quiet_ms() == 100);
    CHECK(Stream(options, {"\r\n<"}).framer.pending());
}

TEST_CASE("delimited: a frame that is ended early leaves its rest outside") {
    CHECK(seen(MLLP, {"\x0B"
                      "abc",
                      End::timeout, "def\x1C\r",
                      "\x0B"
                      "g\x1C\r"}) == "timeout:abc|stray:def\x1C|delimiter:g");
    CHECK(seen(MLLP, {"\x0B"
                      "abc\x1C",
                      End::eof}) == "eof:abc\x1C");
    CHECK(seen(MLLP, {"\x0B", End::eof}) == "-");
}

TEST_CASE("delimited: across the capacity, wherever a delimiter is split") {
    const auto text = [](std::size_t size) { return std::string(size, 'd'); };
    for (const std::string_view end : {"\x03"sv, "\x1C\r"sv, "ABC"sv, "AABA"sv}) {
        for (std::size_t size = 1018; size <= 1030; ++size) {
            const std::string bytes = "\x0B" + text(size) + std::string{end} +
                                      "\x0B"
                                      "b" +
                                      std::string{end};
            // UnevenSplit takes nothing off at 'd'.
            const std::string expected =
                size <= 1024 ? "delimiter:" + text(size)
                             : "full:" + text(1024) + "~|~delimiter:" + text(size - 1024);
            test::check_any_split(between("\x0B", end), bytes, expected + "|delimiter:b",
                                  CodeUnit::byte, 1016);
        }
    }
}

TEST_CASE("delimited: the beginning of a delimiter that turns out to be text, at the capacity") {
    for (std::size_t size = 1018; size <= 1026; ++size) {
        const std::string text = std::string(size, 'd') + "AAAdAA";
        for (const std::string_view tail : {"AABA"sv, ""sv}) {
            test::JoinedMessages seen;
            Stream stream{until("AABA")};
            for (const char byte : text + std::string{tail}) {
                stream.feed({&byte, 1}, [&](const Frame& frame) { seen.add(frame); });
            }
            stream.framer.flush(End::eof, stream.split_point, [&](const Frame& frame) {
                seen.add(frame);
                return FrameVerdict::next;
            });
            CHECK(seen.sound());
            CHECK(test::seen(seen.messages()) == (tail.empty() ? "eof:" : "delimiter:") + text);
        }
    }
}
