#include "common/record/log_json.hpp"
#include "tools/records/message_joiner.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace hark;

namespace {

const std::string TIME = R"({"time":"2026-11-22T10:00:00.000000Z","run":")";

LogRecord part(int conn, int number, bool more, const std::string& text,
               const std::string& rest = R"("charset":"utf-8","bytes":1)",
               const std::string& run = "5f3a9c01") {
    LogRecord record;
    REQUIRE(parse_log_json(TIME + run + R"(","event":"message","conn":)" + std::to_string(conn) +
                               R"(,"seq":7,"part":)" + std::to_string(number) +
                               (more ? R"(,"more":true)" : "") + R"(,"text":")" + text + "\"," +
                               rest + R"(,"end":")" + (more ? "full" : "lf") + "\"}",
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

TEST_CASE("what is not whole goes as far as it goes") {
    MessageJoiner joiner;
    CHECK(joiner.misses_earlier(part(1, 2, false, "b")));
    CHECK(shown(joiner.add(part(1, 2, false, "b"))) ==
          R"("seq":7,"part":2,"text":"b","charset":"utf-8","bytes":1,"end":"lf"})"
          "\n");
    static_cast<void>(joiner.add(part(1, 1, true, "a")));
    static_cast<void>(joiner.add(part(1, 3, true, "c")));  // the second is lost
    CHECK(joiner.take_ended() == nullptr);
    joiner.end_all();
    CHECK(shown(joiner.take_ended()) ==
          R"("seq":7,"part":1,"more":true,"text":"a","charset":"utf-8","bytes":1,"end":"full"})"
          "\n");
    CHECK(shown(joiner.take_ended()) ==
          R"("seq":7,"part":3,"more":true,"text":"c","charset":"utf-8","bytes":1,"end":"full"})"
          "\n");
    CHECK(joiner.take_ended() == nullptr);
}

TEST_CASE("another run ends the messages of the one before") {
    MessageJoiner joiner;
    const LogRecord first = part(1, 1, true, "a");
    joiner.end_other_runs(first);
    static_cast<void>(joiner.add(first));
    const LogRecord second = part(1, 1, true, "x", R"("charset":"utf-8","bytes":1)", "5f3a9c02");
    joiner.end_other_runs(second);
    CHECK(shown(joiner.take_ended()).find("\"text\":\"a\"") != std::string::npos);
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
    int ended = 0;
    for (int conn = 2; conn < 200; ++conn) {
        static_cast<void>(joiner.add(part(conn, 1, true, block)));
        while (joiner.take_ended() != nullptr) ++ended;
    }
    CHECK(ended > 100);
}
