#include "tests/common/framing/framing.hpp"

#include <cstdint>
#include <string>

using namespace hark;
using namespace std::string_view_literals;
using test::seen;
using test::Stream;

namespace {

const FramingOptions COUNTED{.framing = Framing::counted};

FramingOptions binary(unsigned bytes, ByteOrder order = ByteOrder::big) {
    return {.framing = Framing::length,
            .length_bytes = static_cast<std::uint8_t>(bytes),
            .length_order = order};
}
FramingOptions at_most(FramingOptions options, std::uint32_t max_message) {
    options.max_message = max_message;
    return options;
}

// A header for `length` bytes of text.
std::string header(const FramingOptions& options, std::size_t length) {
    if (options.framing == Framing::counted) return std::to_string(length) + ' ';
    std::string bytes;
    for (std::size_t i = 0; i < options.length_bytes; ++i) {
        const std::size_t place =
            options.length_order == ByteOrder::little ? i : options.length_bytes - 1U - i;
        bytes += static_cast<char>(length >> (8 * place) & 0xFFU);
    }
    return bytes;
}

}  // namespace

TEST_CASE("counted: the count alone ends a message") {
    CHECK(seen(COUNTED, {"5 hello10 a\nb\r\nc\0d e1  "sv}) ==
          "counted:hello|counted:a\nb\r\nc\0d e|counted: "sv);
    CHECK(seen(COUNTED, {"0 0 1 a"}) == "counted:|counted:|counted:a");
    CHECK(seen(COUNTED, {"9 12345678"}) == "");
    CHECK(Stream(COUNTED, {"9 12345678"}).quiet_ms() == -1);
    CHECK(Stream(COUNTED, {"9"}).quiet_ms() == -1);
    CHECK(Stream(COUNTED, {"9"}).framer.pending());
    CHECK(Stream(COUNTED, {"9 "}).framer.pending());
    CHECK_FALSE(Stream(COUNTED, {"0 "}).framer.pending());
    CHECK_FALSE(Stream(COUNTED, {"9 12345678"}).framer.holds_replies());
    CHECK(Stream{COUNTED}.framer.habit() == Framing::counted);
}

TEST_CASE("counted: LF, CR and NUL between frames are skipped") {
    CHECK(seen(COUNTED, {"\n1 a\n1 b\r\n\0\0001 c\n"sv}) == "counted:a|counted:b|counted:c");
    CHECK(seen(COUNTED, {"1 a", "\r", "\n", "1 b"}) == "counted:a|counted:b");
    CHECK_FALSE(Stream(COUNTED, {"1 a\r\n"}).framer.pending());
    CHECK(seen(COUNTED, {"1 a\r\n", End::eof}) == "counted:a|-");
    // Nothing else is skipped, and nothing inside a header.
    CHECK(seen(COUNTED, {"1 a 1 b"}) == "counted:a|frame: 1 b");
    CHECK(seen(COUNTED, {"1\n a"}) == "frame:1\n a");
}

TEST_CASE("counted: what is no count ends the conversation, with what has been read from it on") {
    for (const std::string_view bad :
         {"x"sv, " "sv, "-1 a"sv, "01 a"sv, "00 "sv, "1x a"sv, "1\ta"sv, "+1 a"sv, "<13>text\n"sv,
          "1234567890 a"sv, "0000000001 a"sv, "\x30\x30"sv, "\xFF"sv}) {
        Stream stream{COUNTED, {bad}};
        CHECK(stream.seen == "frame:" + std::string{bad});
        CHECK(seen(COUNTED, {"1 a", bad}) == "counted:a|frame:" + std::string{bad});
    }
    CHECK(seen(COUNTED, {"5 alpha4 betagamma is not counted"}) ==
          "counted:alpha|counted:beta|frame:gamma is not counted");
    // The header may have begun in an earlier read.
    CHECK(seen(COUNTED, {"1 a0", "1 b"}) == "counted:a|frame:01 b");
    const std::string rest(1500, 'd');
    CHECK(seen(COUNTED, {"x" + rest}) ==
          "full:x" + rest.substr(1, 1023) + "~|~frame:" + rest.substr(1023));
    CHECK(seen(COUNTED, {"x" + rest.substr(0, 1023)}) == "frame:x" + rest.substr(0, 1023));
}

TEST_CASE("counted: a count over the limit is none") {
    const FramingOptions options = at_most(COUNTED, 100);
    CHECK(seen(options, {"100 " + std::string(100, 'x')}) == "counted:" + std::string(100, 'x'));
    CHECK(seen(options, {"101 " + std::string(101, 'x')}) == "frame:101 " + std::string(101, 'x'));
    CHECK(seen(options, {"101", " ", "x"}).starts_with("frame:101 |"));
    CHECK(seen(at_most(COUNTED, FramingOptions::MAX_MESSAGE), {"999999999 x", End::eof}) ==
          "eof:x");
}

TEST_CASE("length: the length alone ends a message") {
    for (const unsigned bytes : {1U, 2U, 4U}) {
        for (const ByteOrder order : {ByteOrder::big, ByteOrder::little}) {
            const FramingOptions options = binary(bytes, order);
            std::string stream;
            for (const std::string_view text : {"hello"sv, ""sv, "\n\r\0\x00"sv, "x"sv}) {
                stream += header(options, text.size()).append(text);
            }
            const auto expected = "length:hello|length:|length:\n\r\0\0|length:x"sv;
            CHECK(seen(options, {stream}) == expected);
            test::check_any_split(options, stream, expected);
            CHECK(Stream(options, {std::string_view{stream}.substr(0, 2)}).quiet_ms() == -1);
        }
    }
    CHECK(seen(binary(2), {"\x0D\x0A"sv, std::string(0x0D0A, 'd')})
              .starts_with("full:" + std::string(1024, 'd') + "~|"));
    CHECK(seen(binary(2, ByteOrder::little), {"\x02\x00hi"sv}) == "length:hi");
}

TEST_CASE("length: one over the limit ends the conversation, with what has been read from it on") {
    CHECK(seen(at_most(binary(1), 4), {"\x04"
                                       "abcd\x05"
                                       "abcde\x01x"}) ==
          "length:abcd|frame:\x05"
          "abcde\x01x");
    CHECK(seen(binary(4), {"\0\x10\0\0"sv}) == "");
    CHECK(seen(binary(4), {"\0\x10\0\x01 and more"sv}) == "frame:\0\x10\0\x01 and more"sv);
    CHECK(seen(binary(4), {"\xFF\xFF\xFF\xFF"sv}) == "frame:\xFF\xFF\xFF\xFF"sv);
    // HTTP's "GET " as a length.
    CHECK(seen(binary(4), {"GET / HTTP/1.1\r\n"}) == "frame:GET / HTTP/1.1\r\n");
    CHECK(seen(binary(4), {"G", "ET / HTTP/1.1\r\n"}) == "frame:GET / HTTP/1.1\r\n");
}

TEST_CASE("sized: a frame that is not whole") {
    for (const FramingOptions& options : {COUNTED, binary(2)}) {
        const std::string five = header(options, 5);
        for (const End end : {End::eof, End::reset, End::shutdown, End::kicked, End::timeout}) {
            const std::string as = end == End::timeout ? "frame:" : std::string{name(end)} + ":";
            const auto flushed = [&](std::string_view bytes) {
                return seen(options, {bytes, end});
            };
            CHECK(flushed("") == "-");
            // What has come of the text, without the header.
            CHECK(flushed(five + "abc") == as + "abc");
            // No text has come: not a message, but on a timeout still a bad frame.
            CHECK(flushed(five) == (end == End::timeout ? "frame:" : "-"));
            // An incomplete header is itself the text.
            CHECK(flushed(five.substr(0, 1)) == as + five.substr(0, 1));
            const std::string parts = header(options, 2000) + std::string(1500, 'd');
            CHECK(flushed(parts) ==
                  "full:" + std::string(1024, 'd') + "~|~" + as + std::string(476, 'd'));
            CHECK_FALSE(Stream(options, {five + "abc", end}).framer.pending());
        }
    }
    CHECK(seen(binary(4), {"\0\0\1"sv, End::eof}) == "eof:\0\0\1"sv);
    CHECK(seen(COUNTED, {"123456789", End::timeout}) == "frame:123456789");
}

TEST_CASE("sized: parts at exactly the capacity") {
    for (const FramingOptions& options : {COUNTED, binary(2), binary(4, ByteOrder::little)}) {
        const std::string end = std::string{name(options.framing)} + ":";
        for (std::size_t size = 1020; size <= 1030; ++size) {
            const std::string text(size, 'd');  // UnevenSplit takes nothing off at 'd'
            std::string stream = header(options, size).append(text);
            stream.append(header(options, 1)).append("e");
            std::string expected;
            if (size <= 1024) {
                expected.append(end).append(text);
            } else {
                expected.append("full:").append(text, 0, 1024).append("~|~");
                expected.append(end).append(text, 1024);
            }
            expected.append("|").append(end).append("e");
            test::check_any_split(options, stream, expected, CodeUnit::byte, 1016);
        }
    }
}
