// What is said, and what is recorded of it.
#include "tests/daemon/connection/small_daemon.hpp"

#include <tuple>

using namespace hark;
using namespace std::chrono_literals;
using namespace std::string_view_literals;
using faults::Call;
using test::SmallDaemon;
using test::Texts;

TEST_CASE_FIXTURE(SmallDaemon, "connection: a greeting, at once") {
    const UniqueFd client = connect({}, "220 ready\r\n");
    CHECK(said(client.get()) == "220 ready\r\n");
    REQUIRE(sink->records.size() == 1);
    CHECK(sink->records[0]["event"] == "connected");
    CHECK(sink->records[0]["conn"] == 1);
    CHECK(sink->records[0]["peer"] == "192.0.2.7:51324");
    CHECK_FALSE(sink->records[0].contains("listener"));
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: the answer comes when the message is stored") {
    const UniqueFd client = connect();
    round();
    refuse_records();
    send(client.get(), "hello\n");
    pass(5s);
    CHECK(sink->count("message") == 1);
    CHECK(said(client.get()) == "");
    take_records();
    await([&] { return log.accepting(); });
    CHECK(said(client.get()) == "250 ok #1\r\n");
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: the answers of one read leave in one send, in order") {
    const UniqueFd client = connect();
    round();
    const faults::Script script;
    send(client.get(), "one\n\ntwo\x81\nthree\n\xE4\xBD\xA0\n");
    CHECK(script.calls(Call::send) == 1);
    CHECK(said(client.get()) ==
          "250 ok #1\r\n250 ok\r\n251 ok #2, kept as bytes\r\n250 ok #3\r\n250 ok #4\r\n");
    CHECK(sink->count("message") == 4);
    CHECK(context->counters.messages == 4);
    CHECK(context->counters.kept_as_bytes == 1);
    for (std::size_t index = 1; index < 5; ++index) CHECK(sink->records[index]["seq"] == index);
    CHECK(sink->records[2]["charset"] == "bytes");
    CHECK(sink->records[2].contains("raw"));
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: a record's time is that of the last byte's read") {
    const UniqueFd client = connect({.framing = {.framing = Framing::line}});
    send(client.get(), "begun ");
    clock.advance(5s);
    send(client.get(), "ended\n");
    CHECK(messages() == Texts{"begun ended/lf"});
    CHECK(sink->records[1]["time"] == "2026-11-22T10:00:05.000000Z");
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: bye ends it, and what follows is counted") {
    for (const std::string_view bye : {"bye\n"sv, "BYE\r\n"sv, " \tbye \0"sv}) {
        const UniqueFd client = connect();
        const auto closed = sink->count("closed");
        send(client.get(), "one\n" + std::string{bye} + "two\n");
        CHECK(test::recv_to_end(client.get()) == "250 ok #1\r\n221 bye, 1 message\r\n");
        send(client.get(), "three\n");
        CHECK(sink->count("closed") == closed);
        ::shutdown(client.get(), SHUT_WR);
        await("closed", closed + 1);
        CHECK(closing()["reason"] == "bye");
        CHECK(closing()["messages"] == 1);
        CHECK(closing()["bytes"] == 14 + bye.size());
        CHECK(closing()["discarded"] == 10);
        await([&] { return context->connections.size() == 0; });
    }
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: a listener in UTF-16 needs no mark") {
    std::size_t count = 0;
    for (const Framing framing : {Framing::automatic, Framing::line}) {
        for (const auto& [charset, mark, text] :
             {std::tuple{CharsetMode::utf16le, "\xFF\xFE"sv, "\x0A\x4E\r\0\n\0b\0y\0e\0\n\0"sv},
              std::tuple{CharsetMode::utf16be, "\xFE\xFF"sv, "\x4E\x0A\0\r\0\n\0b\0y\0e\0\n"sv}}) {
            for (const std::string_view first : {""sv, mark}) {
                const UniqueFd client =
                    connect({.framing = {.framing = framing}, .charset = charset});
                // An LF byte is half of one character, and a read ends inside another.
                send(client.get(), std::string{first} + std::string{text.substr(0, 3)});
                send(client.get(), text.substr(3));
                CHECK(test::recv_to_end(client.get()) == "250 ok #1\r\n221 bye, 1 message\r\n");
                CHECK(messages().back() == "\u4E0A/lf");
                CHECK(messages().size() == ++count);
            }
        }
    }
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: a message can say bye") {
    const UniqueFd client = connect();
    send(client.get(), "bye bye\n\\bye\n\\\\bye\n");
    CHECK(messages() == Texts{"bye bye/lf", "bye/lf", "\\bye/lf"});
    CHECK(sink->records[2]["bytes"] == 3);
    CHECK(sink->records[3]["bytes"] == 4);
    for (const std::size_t index : {1U, 2U, 3U}) CHECK_FALSE(sink->records[index].contains("raw"));
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: after bye a peer has two seconds to close") {
    const UniqueFd client = connect();
    send(client.get(), "bye\n");
    CHECK(test::recv_to_end(client.get()) == "221 bye, 0 messages\r\n");
    pass(1900ms);
    send(client.get(), "still here");
    CHECK(sink->count("closed") == 0);
    pass(150ms);
    await("closed", 1);
    CHECK(closing()["reason"] == "bye");
    CHECK(closing()["discarded"] == 10);
    CHECK(closing()["seconds"] == doctest::Approx(2.05));
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: bye waits for what was said before it") {
    const UniqueFd client = connect();
    round();
    refuse_records();
    send(client.get(), "one\nbye\n");
    pass(3s);
    CHECK(said(client.get()) == "");
    CHECK(sink->count("closed") == 0);
    take_records();
    await([&] { return log.accepting(); });
    CHECK(test::recv_to_end(client.get()) == "250 ok #1\r\n221 bye, 1 message\r\n");
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: telnet is taken out and answered") {
    const UniqueFd client = connect();
    send(client.get(), "one\xFF\xFD\x06\n\xFF");
    await("message", 1);
    round();
    CHECK(test::recv_exactly(client.get(), 14) ==
          "\xFF\xFC\x06"
          "250 ok #1\r\n");
    send(client.get(), "\xFB\x01t\xFF\xFFwo\n");
    await("message", 2);
    round();
    CHECK(test::recv_exactly(client.get(), 3) == "\xFF\xFE\x01");
    CHECK(test::recv_line(client.get()) == "251 ok #2, kept as bytes\r\n");
    CHECK(sink->records.back()["raw"] == "dP93bw==");
    CHECK(sink->records.back()["bytes"] == 4);
}

TEST_CASE_FIXTURE(SmallDaemon,
                  "connection: a chunk ends with its read, inside a telnet command too") {
    const UniqueFd client = connect({.framing = {.framing = Framing::chunk}});
    send(client.get(), "one\xFF\xFD\x06"sv);
    send(client.get(), "two\xFF"sv);
    send(client.get(), "three"sv);
    CHECK(messages() == Texts{"one/chunk", "two\uFFFD/chunk", "three/chunk"});
    CHECK(sink->records[2]["bytes"] == 4);
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: a probe is told so, in one record") {
    struct Case {
        std::string_view bytes;
        std::string_view protocol;
    };
    const Case cases[] = {{"GET /x HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP"},
                          {"SSH-2.0-OpenSSH_9.2\r\n", "SSH"},
                          {"\x16\x03\x01\x02\0\x01"sv, "TLS"},
                          {"\0\0\0\x2f\xFFSMB\x72"sv, "SMB"}};
    for (const Case& each : cases) {
        CAPTURE(each.protocol);
        const auto probes = sink->count("probe");
        const UniqueFd client = connect();
        // A byte at a time until a binary probe is recognized; text is judged by its first read.
        const bool binary = each.protocol == "TLS"sv || each.protocol == "SMB"sv;
        std::size_t sent = 0;
        while (binary && sink->count("probe") == probes && sent < each.bytes.size()) {
            send(client.get(), each.bytes.substr(sent++, 1));
        }
        if (!binary) send(client.get(), each.bytes);
        await("probe", probes + 1);
        CHECK(test::recv_to_end(client.get()) ==
              "421 not this protocol: " + std::string{each.protocol} + "\r\n");
        ::shutdown(client.get(), SHUT_WR);
        await("closed", probes + 1);
        CHECK(closing()["reason"] == "probe");
        CHECK(sink->count("message") == 0);
        CHECK(context->counters.probes == probes + 1);
    }
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: only the first bytes can be a probe") {
    const UniqueFd client = connect();
    send(client.get(), "hello\nGET / HTTP/1.1\n");
    send(client.get(), "SSH-2.0-x\n");
    CHECK(messages() == Texts{"hello/lf", "GET / HTTP/1.1/lf", "SSH-2.0-x/lf"});
    // What turns out not to be a probe loses nothing.
    const UniqueFd other = connect();
    send(other.get(), "\x16");
    send(other.get(), "\x03");
    send(other.get(), "hello\n");
    CHECK(messages().back() == "\x16\x03hello/lf");
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: what follows telnet negotiation is no probe") {
    for (const std::string_view second : {"GET / HTTP/1.0 is old\nx\n", "SSH-2.0 is old\nx\n"}) {
        const UniqueFd client = connect();
        send(client.get(), "\xFF\xFD\x06");
        send(client.get(), second);
        CHECK(said(client.get()).ends_with("250 ok #1\r\n250 ok #2\r\n"));
    }
    CHECK(sink->count("probe") == 0);
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: probes may be let in") {
    context->limits.detect_probes = false;
    const UniqueFd client = connect();
    send(client.get(), "GET / HTTP/1.1\n");
    CHECK(messages() == Texts{"GET / HTTP/1.1/lf"});
}

TEST_CASE_FIXTURE(SmallDaemon,
                  "connection: a long message is recorded in parts and answered once") {
    const UniqueFd client = connect({.framing = {.framing = Framing::line}});
    std::string text = "x";
    for (int count = 0; count < 500; ++count) text += "\xE4\xBD\xA0";
    send(client.get(), text + "\n");
    await("message", 2);
    CHECK(said(client.get()) == "250 ok #1\r\n");
    const auto& first = sink->records[1];
    const auto& second = sink->records[2];
    CHECK(first["part"] == 1);
    CHECK(first["more"] == true);
    CHECK(first["end"] == "full");
    CHECK(first["bytes"] == 1024);
    CHECK(first["charset"] == "utf-8");
    CHECK(second["seq"] == 1);
    CHECK(second["part"] == 2);
    CHECK_FALSE(second.contains("more"));
    CHECK(second["end"] == "lf");
    CHECK(first["text"].get<std::string>() + second["text"].get<std::string>() == text);
    send(client.get(), "short\n");
    CHECK_FALSE(sink->records[3].contains("part"));
    CHECK(said(client.get()) == "250 ok #2\r\n");
}
