#include "common/io/line_splitter.hpp"

#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

using Pieces = std::vector<std::pair<std::string, LineEnd>>;

Pieces feed(LineSplitter& splitter, std::string_view data) {
    Pieces pieces;
    LinePiece piece;
    while (splitter.next(data, piece)) pieces.emplace_back(piece.text, piece.end);
    CHECK(data.empty());
    return pieces;
}

}  // namespace

TEST_CASE("lines end with LF or CRLF, also over several reads") {
    LineSplitter splitter;
    CHECK(feed(splitter, "one\r\ntwo\n\nth") ==
          Pieces{{"one", LineEnd::line}, {"two", LineEnd::line}, {"", LineEnd::line}});
    CHECK(splitter.has_rest());
    CHECK(feed(splitter, "ree\r").empty());
    CHECK(feed(splitter, "\nx\ry\n") == Pieces{{"three", LineEnd::line}, {"x\ry", LineEnd::line}});
    CHECK_FALSE(splitter.has_rest());
}

TEST_CASE("an unfinished line can be taken as it is") {
    LineSplitter splitter;
    LinePiece piece;
    CHECK_FALSE(splitter.take_rest(LineEnd::quiet, piece));
    CHECK(feed(splitter, "login: ").empty());
    REQUIRE(splitter.take_rest(LineEnd::quiet, piece));
    CHECK(piece.text == "login: ");
    CHECK(piece.end == LineEnd::quiet);
    CHECK(feed(splitter, "end\r").empty());
    REQUIRE(splitter.take_rest(LineEnd::eof, piece));
    CHECK(piece.text == "end");
    CHECK_FALSE(splitter.take_rest(LineEnd::eof, piece));
}

TEST_CASE("a piece outlives what its listener does to the splitter") {
    LineSplitter splitter;
    CHECK(feed(splitter, "half").empty());
    LinePiece piece;
    std::string_view data = " and half\nrest";
    REQUIRE(splitter.next(data, piece));
    splitter.clear();
    CHECK(piece.text == "half and half");
}

TEST_CASE("a line without end is cut, between characters") {
    LineSplitter splitter;
    std::string text = "x";
    for (int i = 0; i < 2000; ++i) text += "你";
    Pieces pieces = feed(splitter, text);
    REQUIRE(pieces.size() == 1);
    CHECK(pieces[0].second == LineEnd::cut);
    CHECK(pieces[0].first.size() == 4096);  // 1 + 3 * 1365
    pieces = feed(splitter, "\n");
    REQUIRE(pieces.size() == 1);
    CHECK(pieces[0].second == LineEnd::line);
    CHECK(pieces[0].first == text.substr(4096));
}

TEST_CASE("a character that a piece's end would cut goes to the next") {
    LineSplitter splitter;
    std::string text = "xy";
    for (int i = 0; i < 1366; ++i) text += "你";
    const Pieces pieces = feed(splitter, text + "\n");
    REQUIRE(pieces.size() == 2);
    CHECK(pieces[0].first.size() == 4094);  // 2 + 3 * 1364
    CHECK(pieces[0].first + pieces[1].first == text);
    CHECK(pieces[1].first.starts_with("你"));
}

TEST_CASE("the same bytes give the same text however they are split") {
    CHECK(rc::check([] {
        const auto line =
            *rc::gen::container<std::string>(*rc::gen::inRange<std::size_t>(0, 9000),
                                             rc::gen::element('a', '\r', '\xE4', '\xBD', '\n'));
        std::string expected;
        std::string got;
        LineSplitter whole;
        for (const auto& [text, end] : feed(whole, line)) {
            expected += text + (end == LineEnd::cut ? "" : "\n");
            RC_ASSERT(text.size() <= LineSplitter::MAX_PIECE);
        }
        LineSplitter parts;
        std::string_view rest = line;
        while (!rest.empty()) {
            const auto size = *rc::gen::inRange<std::size_t>(1, rest.size() + 1);
            for (const auto& [text, end] : feed(parts, rest.substr(0, size))) {
                got += text + (end == LineEnd::cut ? "" : "\n");
            }
            rest.remove_prefix(size);
        }
        RC_ASSERT(got == expected);
    }));
}
