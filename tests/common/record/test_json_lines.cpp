#include "common/record/json_lines.hpp"
#include "common/text/gb18030.hpp"
#include "tests/common/record/records.hpp"
#include "tests/support/generators.hpp"

#include <array>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <nlohmann/json.hpp>

using namespace hark;
using namespace std::chrono_literals;
using namespace std::string_view_literals;
using test::line_of;
using test::MessageRecord;
using test::PEER;
using test::RECORD_TIME;

namespace {

constexpr std::string_view TIME = "2026-11-22T10:00:00.123456Z";

// The expected line, with `rest` after the time, the run and the event.
std::string line(std::string_view event, std::string_view rest) {
    return std::string{R"({"time":")"}.append(TIME) + R"(","run":"5f3a9c01","event":")" +
           std::string{event} + "\"" + std::string{rest} + "}\n";
}

std::string as_line(const Record& record) {
    JsonLines lines{"5f3a9c01"};
    return line_of(lines, record);
}

std::string as_line(Event event, std::initializer_list<Detail> details,
                    std::uint64_t connection = 0, std::string_view peer = {}) {
    const std::vector<Detail> kept{details};
    return as_line({.event = event,
                    .time = RECORD_TIME,
                    .connection = connection,
                    .peer = {peer},
                    .details = kept});
}

std::string from_base64(std::string_view text) {
    constexpr std::string_view DIGITS =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    unsigned bits = 0;
    unsigned count = 0;
    for (const char digit : text.substr(0, text.find('='))) {
        bits = bits << 6 | static_cast<unsigned>(DIGITS.find(digit));
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(bits >> count & 0xFFU);
    }
    return bytes;
}

// What peers of every kind could send.
rc::Gen<std::string> random_bytes() {
    return test::joined(rc::gen::weightedOneOf<std::string>(
        {{3, rc::gen::element<std::string>("a", "\\", "\"", "/", "\x1b[31m", "\x7f", "\t")},
         {3, rc::gen::element<std::string>("\xE4\xBD\xA0", "\xC3\xA9", "\xE2\x80\xA8",
                                           "\xEF\xBB\xBF", "\xF0\x9F\x98\x80", "\xE2\x80\xAE")},
         {3, rc::gen::element<std::string>("\xC4\xE3", "\xBA\xC3", "\x80", "\x81\x30\x81\x30")},
         {1, rc::gen::map(rc::gen::arbitrary<char>(),
                          [](char byte) { return std::string(1, byte); })}}));
}

}  // namespace

TEST_CASE("json: every event's line") {
    const MessageRecord hello{"hello", 3};
    CHECK(as_line(hello.record()) ==
          line("message", R"(,"conn":17,"peer":"192.0.2.7:51324","seq":3,"text":"hello",)"
                          R"("charset":"utf-8","bytes":5,"end":"lf")"));
    CHECK(as_line(Event::listening, {{Key::address, "[::]:8765"sv}}) ==
          line("listening", R"(,"address":"[::]:8765")"));
    CHECK(as_line(Event::connected, {}, 17, PEER) ==
          line("connected", R"(,"conn":17,"peer":"192.0.2.7:51324")"));
    CHECK(as_line(Event::connected, {{Key::listener, "[::]:8765"sv}}, 17, PEER) ==
          line("connected", R"(,"conn":17,"peer":"192.0.2.7:51324","listener":"[::]:8765")"));
    CHECK(as_line(Event::closed,
                  {{Key::reason, "bye"sv},
                   {Key::messages, std::uint64_t{19}},
                   {Key::bytes, std::uint64_t{812}},
                   {Key::discarded, std::uint64_t{0}},
                   {Key::seconds, Duration{2'400'900us}}},
                  17, PEER) ==
          line("closed", R"(,"conn":17,"peer":"192.0.2.7:51324","reason":"bye","messages":19,)"
                         R"("bytes":812,"discarded":0,"seconds":2.400)"));
    CHECK(as_line(Event::refused, {{Key::reason, "too many connections"sv}}, 0, PEER) ==
          line("refused", R"(,"peer":"192.0.2.7:51324","reason":"too many connections")"));
    CHECK(
        as_line(Event::paused, {{Key::sink, "console"sv}, {Key::reason, "its reader is slow"sv}}) ==
        line("paused", R"(,"sink":"console","reason":"its reader is slow")"));
    CHECK(as_line(Event::resumed, {{Key::sink, "console"sv}, {Key::seconds, Duration{61'005ms}}}) ==
          line("resumed", R"(,"sink":"console","seconds":61.005)"));
    CHECK(as_line(Event::reloaded, {}) == line("reloaded", ""));
    CHECK(as_line(Event::restarted, {{Key::from, "0.1.0"sv},
                                     {Key::to, "0.2.0"sv},
                                     {Key::connections, 500U},
                                     {Key::pause, Duration{12'300us}}}) ==
          line("restarted", R"(,"from":"0.1.0","to":"0.2.0","connections":500,"pause":0.012)"));
    CHECK(as_line(Event::stopping, {{Key::reason, "SIGTERM"sv}}) ==
          line("stopping", R"(,"reason":"SIGTERM")"));
    CHECK(as_line(Event::diagnostic, {{Key::level, "warning"sv}, {Key::text, "a \"b\"\n"sv}}) ==
          line("diagnostic", R"(,"level":"warning","text":"a \"b\"\n")"));
}

TEST_CASE("json: a probe's first bytes have no number and no end") {
    const Content content{.text = "GET / HTTP/1.1", .bytes = 14, .raw = "GET / HTTP/1.1"};
    CHECK(as_line({.event = Event::probe,
                   .time = RECORD_TIME,
                   .connection = 17,
                   .peer = {PEER},
                   .content = &content}) ==
          line("probe", R"(,"conn":17,"peer":"192.0.2.7:51324","text":"GET / HTTP/1.1",)"
                        R"("charset":"utf-8","bytes":14)"));
}

TEST_CASE("json: the keys of a part, and of bytes in no charset") {
    MessageRecord part{"a\xEF\xBF\xBD", 1};
    part.content.part = 2;
    part.content.more = true;
    part.content.charset = charset::BYTES;
    part.content.bytes = 2;
    part.content.raw = "a\xFE";
    part.content.exact = false;
    part.content.end = End::full;
    CHECK(as_line(part.record()) ==
          line("message", R"(,"conn":17,"peer":"192.0.2.7:51324","seq":1,"part":2,"more":true,)"
                          R"("text":"a\ufffd","charset":"bytes","bytes":2,"raw":"Yf4=",)"
                          R"("end":"full")"));
    for (const End end : {End::lf, End::nul, End::cr, End::quiet, End::chunk, End::full, End::eof,
                          End::reset, End::timeout, End::shutdown, End::kicked}) {
        part.content.end = end;
        CHECK(as_line(part.record()).ends_with(R"("end":")" + std::string{name(end)} + "\"}\n"));
    }
}

TEST_CASE("json: one renderer's lines each say their own time and peer") {
    JsonLines lines{"00000000"};
    const MessageRecord message{"x", 1};
    const auto parsed = [&](std::uint64_t connection, std::string_view peer, WallTime time) {
        Record record = message.record();
        record.connection = connection;
        record.peer = {peer};
        record.time = time;
        return nlohmann::json::parse(line_of(lines, record));
    };
    for (const std::uint64_t connection : {1U, 1U, 2U, 2U, 1U}) {
        const std::string peer = "192.0.2." + std::to_string(connection) + ":1";
        CHECK(parsed(connection, peer, RECORD_TIME)["conn"] == connection);
        CHECK(parsed(connection, peer, RECORD_TIME)["peer"] == peer);
        CHECK(parsed(connection, peer, RECORD_TIME + 1us)["time"] == "2026-11-22T10:00:00.123457Z");
    }
    CHECK(parsed(1, PEER, WallTime{})["time"] == "1970-01-01T00:00:00.000000Z");
    CHECK(parsed(1, PEER, WallTime{951'827'696s})["time"] == "2000-02-29T12:34:56.000000Z");
}

TEST_CASE("json: what is unsafe to show is escaped, and Chinese is not") {
    const auto text_of = [](std::string_view text) {
        const std::string line = as_line(MessageRecord{text}.record());
        const auto begin = line.find(R"("text":")") + 8;
        return line.substr(begin, line.find(R"(","charset")") - begin);
    };
    CHECK(text_of("\xE4\xBD\xA0\xE5\xA5\xBD \xF0\x9F\x98\x80") ==
          "\xE4\xBD\xA0\xE5\xA5\xBD \xF0\x9F\x98\x80");
    CHECK(text_of("\x1b[2J\x7f\0"sv) == R"(\u001b[2J\u007f\u0000)");
    CHECK(text_of("\xC2\x85\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\x8E\xE2\x80\xAE\xE2\x81\xA6") ==
          R"(\u0085\u2028\u2029\u200e\u202e\u2066)");
    CHECK(text_of("\xE2\x80\x8B\xE2\x81\xA0\xEF\xBB\xBF\xEF\xBF\xBD") ==
          R"(\u200b\u2060\ufeff\ufffd)");
    CHECK(text_of("\xE2\x80\x8C\xE2\x80\x8D") == "\xE2\x80\x8C\xE2\x80\x8D");
}

TEST_CASE("json: any bytes, decoded, can be had back from the line") {
    CharsetDecoder decoder;
    gb18030::Converter converter;
    CHECK(rc::check("decode, render, parse", [&] {
        const std::string bytes = *random_bytes();
        const auto mode =
            *rc::gen::element(CharsetMode::automatic, CharsetMode::utf8, CharsetMode::gb18030);
        Proof proof = *rc::gen::element(Proof::none, Proof::utf8, Proof::gb18030);
        const Decoded decoded =
            decoder.decode(bytes, Place::beginning, mode, Evidence::whole, proof);
        MessageRecord message{decoded.text};
        message.content.charset = decoded.charset;
        message.content.bytes = decoded.bytes.size();
        message.content.raw = decoded.bytes;
        message.content.exact = decoded.exact;
        const std::string line = as_line(message.record());
        for (const char byte : line.substr(0, line.size() - 1)) {
            RC_ASSERT((static_cast<unsigned char>(byte) >= 0x20 && byte != 0x7f));
        }
        const auto parsed = nlohmann::json::parse(line);
        RC_ASSERT(parsed["text"].get<std::string>() == decoded.text);
        if (parsed.contains("raw")) {
            RC_ASSERT(from_base64(parsed["raw"].get<std::string>()) == decoded.bytes);
        } else if (decoded.charset == charset::UTF8) {
            RC_ASSERT(decoded.text == decoded.bytes);
        } else {
            std::string again;
            RC_ASSERT(decoded.charset == charset::GB18030);
            RC_ASSERT(converter.encode(decoded.text, again));
            RC_ASSERT(again == decoded.bytes);
        }
    }));
}

TEST_CASE("record values: time as text, forwards and backwards") {
    using namespace std::chrono;
    TimeText text;
    const auto day = sys_days{2026y / November / 22};
    CHECK(text.of(day + 10h + 123456us) == "2026-11-22T10:00:00.123456Z");
    CHECK(text.of(day + 10h + 123457us) == "2026-11-22T10:00:00.123457Z");
    CHECK(text.of(day + 24h - 1us) == "2026-11-22T23:59:59.999999Z");
    CHECK(text.of(day + 24h) == "2026-11-23T00:00:00.000000Z");
    CHECK(text.of(day) == "2026-11-22T00:00:00.000000Z");
    CHECK(text.of(WallTime{-1us}) == "1969-12-31T23:59:59.999999Z");
}
