// Auto and line framing in two-byte units, where the bytes of terminators also occur as halves of
// other characters.
#include "tests/common/framing/framing.hpp"

#include <cstdint>
#include <string>
#include <string_view>

using namespace hark;
using namespace std::string_view_literals;
using test::AUTO;
using test::LINE;
using test::QUIET;

namespace {

constexpr std::initializer_list<CodeUnit> ORDERS{CodeUnit::utf16le, CodeUnit::utf16be};

std::string encoded(std::u16string_view text, CodeUnit order) {
    std::string bytes;
    for (const char16_t unit : text) {
        const char low = static_cast<char>(unit & 0xFFU);
        const char high = static_cast<char>(unit >> 8U);
        bytes += order == CodeUnit::utf16le ? low : high;
        bytes += order == CodeUnit::utf16le ? high : low;
    }
    return bytes;
}

// A stream that is fed texts and ends, and the frames that test::Stream shows for such texts.
struct Utf16Stream : test::Stream {
    Utf16Stream(Framing framing, CodeUnit order) : Stream{framing}, unit{order} { set_unit(order); }
    Utf16Stream& operator<<(std::u16string_view text) {
        read(encoded(text, unit));
        return *this;
    }
    Utf16Stream& operator<<(End end) {
        flush(end);
        return *this;
    }
    // Reads `count` bytes of a text, beginning at byte `from`.
    Utf16Stream& bytes(std::u16string_view text, std::size_t from, std::size_t count) {
        read(encoded(text, unit).substr(from, count));
        return *this;
    }
    [[nodiscard]] std::string frame(std::string_view end, std::u16string_view text) const {
        return std::string{end} + ":" + encoded(text, unit);
    }
    CodeUnit unit;
};

}  // namespace

TEST_CASE("utf-16: terminators are whole units") {
    for (const CodeUnit order : ORDERS) {
        for (const Framing framing : {AUTO, LINE}) {
            Utf16Stream stream{framing, order};
            stream << u"one\ntwo\r\nthree\0\0four\n\r\r\n"sv;
            CHECK(stream.seen == stream.frame("lf", u"one") + "|" + stream.frame("lf", u"two") +
                                     "|" + stream.frame("nul", u"three") + "|" +
                                     stream.frame("lf", u"four") + "|lf:");
            CHECK_FALSE(stream.framer.pending());
        }
    }
}

TEST_CASE("utf-16: halves of other characters end nothing") {
    // Each has a terminator's byte in either half, and two neighbours together look like one.
    constexpr std::u16string_view TEXT =
        u"\u0A0D\u0D0A\u0A41\u410A\u0D41\u410D\u000B\u0100\u2000"
        u"\u0D00\u0A00\u0D0A";
    for (const CodeUnit order : ORDERS) {
        for (const Framing framing : {AUTO, LINE}) {
            Utf16Stream stream{framing, order};
            stream << TEXT << u"\n";
            CHECK(stream.seen == stream.frame("lf", TEXT));
            test::check_any_split({.framing = framing},
                                  encoded(std::u16string{TEXT} + u"\n", order), stream.seen, order);
        }
    }
}

TEST_CASE("utf-16: any byte may be the last of a read") {
    constexpr std::u16string_view TEXT = u"ab\r\nc\n\rd\0\0e\r\0\n\r\nf\rg\u0A0A\n\0h\r"sv;
    for (const CodeUnit order : ORDERS) {
        for (const Framing framing : {AUTO, LINE}) {
            Utf16Stream stream{framing, order};
            stream << TEXT << End::eof;
            const auto frame = [&](std::string_view end, std::u16string_view text) {
                return stream.frame(end, text);
            };
            CHECK(stream.seen == frame("lf", u"ab") + "|" + frame("lf", u"c") + "|" +
                                     frame("nul", u"d") + "|" + frame("nul", u"e") + "|lf:|lf:|" +
                                     frame("lf", u"f\rg\u0A0A") + "|" + frame("eof", u"h"));
            test::check_any_split({.framing = framing}, encoded(TEXT, order), stream.seen, order);
        }
    }
}

TEST_CASE("utf-16: half a unit waits, and is text when the message ends") {
    for (const CodeUnit order : ORDERS) {
        Utf16Stream stream{AUTO, order};
        stream.bytes(u"abc", 0, 5);
        CHECK(stream.framer.pending());
        CHECK(stream.quiet_ms() == 100);
        stream.flush(QUIET);
        CHECK(stream.seen == "quiet:" + encoded(u"abc", order).substr(0, 5));
        CHECK_FALSE(stream.framer.pending());

        Utf16Stream lone{LINE, order};
        lone.bytes(u"\u4141", 0, 1);
        CHECK(lone.framer.pending());
        lone.flush(End::eof);
        CHECK(lone.seen == "eof:A");
        CHECK_FALSE(lone.framer.pending());
    }
}

TEST_CASE("utf-16: a CR is no end while half of what follows it is there") {
    for (const CodeUnit order : ORDERS) {
        Utf16Stream stream{AUTO, order};
        stream.bytes(u"a\rb", 0, 5);
        CHECK(stream.quiet_ms() == 100);
        stream.flush(QUIET);
        CHECK(stream.seen == "quiet:" + encoded(u"a\rb", order).substr(0, 5));
        stream << u"c\rd\n";
        CHECK(stream.seen ==
              "quiet:" + encoded(u"a\rb", order).substr(0, 5) + "|" + stream.frame("lf", u"c\rd"));

        Utf16Stream lines{AUTO, order};
        lines << u"x\n";
        lines.bytes(u"a\rb", 0, 4);
        CHECK(lines.quiet_ms() == 100);
        lines.bytes(u"a\rb", 4, 1);
        CHECK(lines.quiet_ms() == 3000);

        // Nor does a lone CR belong to the tail that was taken.
        Utf16Stream late{AUTO, order};
        late << u"abc" << QUIET;
        late.bytes(u"\rb", 0, 3);
        late.flush(QUIET);
        CHECK(late.seen ==
              late.frame("quiet", u"abc") + "|quiet:" + encoded(u"\rb", order).substr(0, 3));
    }
}

TEST_CASE("utf-16: habits and times are those of bytes") {
    for (const CodeUnit order : ORDERS) {
        CHECK((Utf16Stream{AUTO, order} << u"a").quiet_ms() == 1000);
        CHECK((Utf16Stream{AUTO, order} << u"\u4F60" << u"\u597D").quiet_ms() == 1000);
        CHECK((Utf16Stream{AUTO, order} << u"\xD83D\xDE00").quiet_ms() == 1000);
        CHECK((Utf16Stream{AUTO, order} << u"ab").quiet_ms() == 100);
        CHECK((Utf16Stream{AUTO, order} << u"\xD83D\xDE00!").quiet_ms() == 100);
        CHECK(Utf16Stream{AUTO, order}.bytes(u"a", 0, 1).bytes(u"a", 1, 1).quiet_ms() == 1000);
        CHECK((Utf16Stream{AUTO, order} << u"x\nabc").quiet_ms() == 3000);
        CHECK((Utf16Stream{AUTO, order} << u"x\n").framer.habit() == LINE);
        CHECK((Utf16Stream{AUTO, order} << u"x" << QUIET << u"y").framer.holds_replies());

        Utf16Stream scanner{AUTO, order};
        scanner << u"a\rb\r" << QUIET << u"\nc\r";
        CHECK(scanner.seen == scanner.frame("cr", u"a") + "|" + scanner.frame("cr", u"b") + "|" +
                                  scanner.frame("cr", u"c"));
        Utf16Stream late{AUTO, order};
        late << u"abc" << QUIET << u"\r\nd\n";
        CHECK(late.seen == late.frame("quiet", u"abc") + "|" + late.frame("lf", u"d"));
    }
}

TEST_CASE("utf-16: the third CR is counted in units, also where a read begins with half of one") {
    for (const CodeUnit order : ORDERS) {
        for (std::size_t first = 1; first < 12; ++first) {
            constexpr std::u16string_view TEXT = u"1\r2\r3\r";
            Utf16Stream stream{AUTO, order};
            stream.bytes(TEXT, 0, first).bytes(TEXT, first, 12 - first);
            CHECK(stream.seen == stream.frame("cr", u"1") + "|" + stream.frame("cr", u"2") + "|" +
                                     stream.frame("cr", u"3"));
            // CR bytes that are only halves of units do not count.
            constexpr std::u16string_view NONE = u"\u0D31\u310D\u0D0D\u0D00\u0D32\u320D";
            Utf16Stream text{AUTO, order};
            text.bytes(NONE, 0, first).bytes(NONE, first, 12 - first);
            CHECK(text.seen.empty());
        }
    }
}

TEST_CASE("utf-16: parts are cut between units, across the capacity") {
    for (const CodeUnit order : ORDERS) {
        for (std::size_t units = 508; units <= 516; ++units) {
            const std::u16string text(units, u'\u6464');  // nothing is taken off at 0x64
            for (const std::u16string_view end : {u"\n"sv, u"\r\n"sv, u"\0"sv}) {
                Utf16Stream stream{LINE, order};
                stream << text + std::u16string{end} + u"b\n";
                const std::string_view as = end == u"\0"sv ? "nul" : "lf";
                if (units <= 512) {
                    CHECK(stream.seen == stream.frame(as, text) + "|" + stream.frame("lf", u"b"));
                } else {
                    CHECK(stream.seen == stream.frame("full", text.substr(0, 512)) + "~|~" +
                                             stream.frame(as, text.substr(512)) + "|" +
                                             stream.frame("lf", u"b"));
                }
                test::check_any_split({.framing = LINE},
                                      encoded(text + std::u16string{end} + u"b\n", order),
                                      stream.seen, order, 2 * units - 6);
            }
            // An odd byte after it, and after a CR.
            for (const std::u16string_view end : {u"b"sv, u"\rb"sv}) {
                const std::string bytes = encoded(text + std::u16string{end}, order);
                test::JoinedMessages joined;
                Utf16Stream stream{LINE, order};
                stream.feed(std::string_view{bytes}.substr(0, bytes.size() - 1),
                            [&](const Frame& frame) { joined.add(frame); });
                stream.framer.flush(End::eof, stream.split_point, [&](const Frame& frame) {
                    joined.add(frame);
                    return FrameVerdict::next;
                });
                CHECK(joined.sound());
                CHECK(test::seen(joined.messages()) == "eof:" + bytes.substr(0, bytes.size() - 1));
            }
        }
    }
}
