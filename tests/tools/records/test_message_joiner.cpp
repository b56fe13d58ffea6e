#include "common/record/log_json.hpp"
#include "tools/records/message_joiner.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace hark;

namespace {

const std::string TIME = R"({"time":"2026-11-22T10:00:00.000000Z","run":")";

const std::string USUAL = R"("charset":"utf-8","bytes":1)";

LogRecord part(int conn, int number, bool more, const std::string& text,
               const std::string& rest = USUAL, const std::string& run = "5f3a9c01", int seq = 7) {
    LogRecord record;
    REQUIRE(parse_log_json(TIME + run + R"(","event":"message","conn":)" + std::to_string(conn) +
                               R"(,"seq":)" + std::to_string(seq) + R"(,"part":)" +
                               std::to_string(number) + (more ? R"(,"more":true)" : "") +
                               R"(,"text":")" + text + "\"," + rest + R"(,"end":")" +
                               (more ? "full" : "lf") + "\"}",
                           record));
    return record;
}

LogRecord closed(int conn) {
    LogRecord record;
    REQUIRE(parse_log_json(TIME + R"(5f3a9c01","event":"closed","conn":)" + std::to_string(conn) +
                               R"(,"reason":"bye"})",
                           record));
    return record;
}

std::string shown(const LogRecord* record) {
    if (record == nullptr) return "none";
    std::string line;
    append_log_json(line, *record);
    return line.substr(line.find("\"seq\""));
}

}  // namespace

TEST_CASE("parts of several connections in turn become whole messages") {
    MessageJoiner joiner;
    CHECK(joiner.add(part(1, 1, true, "a")) == nullptr);
    CHECK(joiner.add(part(2, 1, true, "x")) == nullptr);
    CHECK(joiner.add(part(1, 2, true, "b")) == nullptr);
    CHECK(shown(joiner.add(part(2, 2, false, "y"))) ==
          R"("seq":7,"text":"xy","charset":"utf-8","bytes":2,"end":"lf"})"
          "\n");
    CHECK(shown(joiner.add(part(1, 3, false, "c"))) ==
          R"("seq":7,"text":"abc","charset":"utf-8","bytes":3,"end":"lf"})"
          "\n");
    CHECK(joiner.empty());
}

TEST_CASE("the bytes of the whole, where its text does not give them") {
    MessageJoiner joiner;
    SUBCASE("one part has bytes") {
        static_cast<void>(joiner.add(part(1, 1, true, "a\u00e9")));
        const std::string raw = R"("charset":"bytes","bytes":1,"raw":"/w==")";
        CHECK(
            shown(joiner.add(part(1, 2, false, "\\ufffd", raw))) ==
            R"("seq":7,"text":"aé\ufffd","charset":"bytes","bytes":2,"raw":"YcOp/w==","end":"lf"})"
            "\n");
    }
    SUBCASE("ASCII is in every charset") {
        static_cast<void>(joiner.add(part(1, 1, true, "a")));
        CHECK(shown(joiner.add(part(1, 2, false, "\u4f60", R"("charset":"gb18030","bytes":2)"))) ==
              R"("seq":7,"text":"a你","charset":"gb18030","bytes":3,"end":"lf"})"
              "\n");
    }
    SUBCASE("two charsets") {
        static_cast<void>(joiner.add(part(1, 1, true, "\u00e9")));
        CHECK(shown(joiner.add(part(1, 2, false, "\u4f60", R"("charset":"gb18030","bytes":2)"))) ==
              R"("seq":7,"text":"é你","charset":"bytes","bytes":3,"raw":"w6nE4w==","end":"lf"})"
              "\n");
    }
    SUBCASE("UTF-16") {
        const std::string charset = R"("charset":"utf-16be","bytes":2)";
        static_cast<void>(joiner.add(part(1, 1, true, "\u4f60", charset)));
        const std::string raw = R"("charset":"utf-16be","bytes":1,"raw":"QQ==")";
        CHECK(shown(joiner.add(part(1, 2, false, "\\ufffd", raw))) ==
              R"("seq":7,"text":"你\ufffd","charset":"utf-16be","bytes":3,"raw":"T2BB","end":"lf"})"
              "\n");
    }
}

TEST_CASE("what is not whole goes as far as it goes, as soon as its end is certain") {
    MessageJoiner joiner;
    CHECK(joiner.misses_earlier(part(1, 2, false, "b")));
    CHECK(shown(joiner.add(part(1, 2, false, "b"))) ==
          R"("seq":7,"part":2,"text":"b","charset":"utf-8","bytes":1,"end":"lf"})"
          "\n");
    const std::string beginning =
        R"("seq":7,"part":1,"more":true,"text":"a","charset":"utf-8","bytes":1,"end":"full"})"
        "\n";
    static_cast<void>(joiner.add(part(1, 1, true, "a")));
    SUBCASE("nothing is certain yet") {
        joiner.end_before(part(2, 3, true, "x"), true);
        static_cast<void>(joiner.add(part(2, 3, true, "x")));
        joiner.end_before(closed(3), true);
        CHECK(joiner.take_ended() == nullptr);
    }
    SUBCASE("a part is missing") {
        joiner.end_before(part(1, 3, true, "c"), false);
        CHECK(shown(joiner.take_ended()) == beginning);
        static_cast<void>(joiner.add(part(1, 3, true, "c")));
        joiner.end_all();
        CHECK(shown(joiner.take_ended()) ==
              R"("seq":7,"part":3,"more":true,"text":"c","charset":"utf-8","bytes":1,"end":"full"})"
              "\n");
    }
    SUBCASE("a later message") {
        joiner.end_before(part(1, 1, true, "x", USUAL, "5f3a9c01", 8), false);
        CHECK(shown(joiner.take_ended()) == beginning);
    }
    SUBCASE("the connection is closed") {
        joiner.end_before(closed(1), false);
        CHECK(shown(joiner.take_ended()) == beginning);
    }
    SUBCASE("another run, where one daemon writes") {
        const LogRecord next = part(1, 1, true, "x", USUAL, "5f3a9c02");
        joiner.end_before(next, false);
        CHECK(joiner.take_ended() == nullptr);
        joiner.end_before(next, true);
        CHECK(shown(joiner.take_ended()) == beginning);
    }
    CHECK(joiner.take_ended() == nullptr);
}

TEST_CASE("read backwards, what a later section has given is not given again") {
    MessageJoiner joiner;
    SUBCASE("its beginning was found") {
        joiner.begin_section();
        MessageJoiner earlier;
        static_cast<void>(earlier.add(part(1, 1, true, "a")));
        joiner.begin_with(std::move(earlier));
        CHECK(shown(joiner.add(part(1, 2, false, "b"))).find(R"("text":"ab")") !=
              std::string::npos);
        joiner.begin_section();
        static_cast<void>(joiner.add(part(1, 1, true, "a")));
        joiner.end_all();
    }
    SUBCASE("only some of it was found") {
        joiner.begin_section();
        MessageJoiner earlier;
        static_cast<void>(earlier.add(part(1, 3, true, "c")));
        joiner.begin_with(std::move(earlier));
        CHECK(shown(joiner.add(part(1, 4, false, "d"))).find(R"("text":"cd")") !=
              std::string::npos);
        joiner.begin_section();
        CHECK(joiner.add(part(1, 2, true, "b")) == nullptr);
        CHECK(joiner.add(part(1, 3, true, "c")) == nullptr);
        joiner.end_all();
        CHECK(shown(joiner.take_ended()).find(R"("part":2,"more":true,"text":"b")") !=
              std::string::npos);
        CHECK(joiner.take_ended() == nullptr);
        joiner.begin_section();
        CHECK(joiner.add(part(1, 1, true, "a")) == nullptr);
        joiner.end_all();
        CHECK(shown(joiner.take_ended()).find(R"("part":1,"more":true,"text":"a")") !=
              std::string::npos);
    }
    SUBCASE("a part is missing between") {
        joiner.begin_section();
        static_cast<void>(joiner.add(part(1, 1, true, "a")));
        CHECK(shown(joiner.add(part(1, 3, false, "c"))).find(R"("part":3,)") != std::string::npos);
        CHECK(shown(joiner.take_ended()).find(R"("text":"a")") != std::string::npos);
    }
    CHECK(joiner.take_ended() == nullptr);
}

TEST_CASE("parts from before the beginning count if they go on") {
    MessageJoiner earlier;
    static_cast<void>(earlier.add(part(1, 1, true, "a")));
    static_cast<void>(earlier.add(part(2, 1, true, "x")));
    MessageJoiner joiner;
    joiner.begin_with(std::move(earlier));
    CHECK(shown(joiner.add(part(1, 2, false, "b"))).find(R"("text":"ab")") != std::string::npos);
    joiner.end_all();
    CHECK(joiner.take_ended() == nullptr);
}

TEST_CASE("memory is bounded: pieces of a long message, and the oldest of many") {
    MessageJoiner joiner;
    const std::string block(250'000, 'x');
    int pieces = 0;
    std::size_t longest = 0;
    for (int number = 1; number <= 100; ++number) {
        const LogRecord* const piece = joiner.add(part(1, number, true, block));
        if (piece == nullptr) continue;
        ++pieces;
        longest = std::max(longest, piece->get(Key::text).size());
        CHECK(piece->has(Key::more));
    }
    CHECK(pieces == 20);
    CHECK(longest <= MessageJoiner::LONGEST_PIECE + block.size());
}

TEST_CASE("memory is bounded: of many messages, the one that has waited longest") {
    MessageJoiner joiner;
    const auto of = [](int conn) { return "\"text\":\"" + std::to_string(conn) + "x"; };
    SUBCASE("of much text") {
        const std::string block(250'000, 'x');
        int ended = 0;
        for (int conn = 1; conn <= 600; ++conn) {
            static_cast<void>(joiner.add(part(conn, 1, true, std::to_string(conn) + block)));
            while (const LogRecord* const piece = joiner.take_ended()) {
                CHECK(shown(piece).find(of(++ended)) != std::string::npos);
            }
            CHECK(joiner.memory() <= MessageJoiner::MOST_HELD);
        }
        CHECK(ended > 300);
        CHECK(ended < 450);
    }
    SUBCASE("of hardly any text") {
        int ended = 0;
        for (int conn = 1; conn <= 40'000; ++conn) {
            static_cast<void>(joiner.add(part(conn, 1, true, "")));
            while (joiner.take_ended() != nullptr) ++ended;
        }
        CHECK(joiner.memory() <= MessageJoiner::MOST_HELD);
        CHECK(ended > 10'000);
    }
    SUBCASE("read backwards, of beginnings that never come") {
        joiner.begin_section();
        for (int conn = 1; conn <= 200'000; ++conn) {
            static_cast<void>(joiner.add(part(conn, 2, false, "b")));
        }
        CHECK(joiner.memory() <= MessageJoiner::MOST_HELD);
    }
}
