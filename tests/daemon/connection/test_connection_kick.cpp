// A connection that an operator ends.
#include "tests/daemon/connection/operated.hpp"

using namespace hark;
using namespace std::chrono_literals;
using namespace std::string_literals;
using test::HELLO_GBK;
using test::Operated;
using test::Texts;

TEST_CASE_FIXTURE(Operated, "kick: the end, with the reason or without") {
    const UniqueFd silent = connect();
    REQUIRE(last->kick("").ok());
    CHECK(said_to_end(silent.get()) == "421 kicked\r\n");
    ::shutdown(silent.get(), SHUT_WR);
    CHECK(wait_closing()["reason"] == "kicked");
    const UniqueFd told = connect();
    REQUIRE(last->kick("too loud").ok());
    CHECK(said_to_end(told.get()) == "421 kicked: too loud\r\n");
}

TEST_CASE_FIXTURE(Operated, "kick: what was sent is recorded and answered first") {
    const UniqueFd client = connect({.framing = {.framing = Framing::line}});
    send(client.get(), "one\n");
    CHECK(said(client.get()) == "250 ok #1\r\n");
    send_unread(client.get(), "two\ntail");
    REQUIRE(last->kick("enough").ok());
    CHECK(said_to_end(client.get()) == "250 ok #2\r\n250 ok #3\r\n421 kicked: enough\r\n");
    CHECK(messages() == Texts{"one/lf", "two/lf", "tail/kicked"});
    test::send_all(client.get(), "more\n");
    ::shutdown(client.get(), SHUT_WR);
    CHECK(wait_closing()["reason"] == "kicked");
    CHECK(closing()["messages"] == 3);
    CHECK(closing()["discarded"] == 5);
    CHECK(context->kicks.empty());
}

TEST_CASE_FIXTURE(Operated, "kick: the last words are in the peer's charset, and one line") {
    const UniqueFd client = connect();
    send(client.get(), HELLO_GBK + "\n"s);
    CHECK(said(client.get()) == "250 ok #1\r\n");
    REQUIRE(last->kick("你好\r\n").ok());
    CHECK(said_to_end(client.get()) == "421 kicked: "s + HELLO_GBK + "\\r\\n\r\n");
}

TEST_CASE_FIXTURE(Operated, "kick: words that are too long are refused") {
    const UniqueFd client = connect();
    CHECK_FALSE(last->kick(std::string(401, 'x')).ok());
    CHECK(last->is_open());
    CHECK(last->kick(std::string(400, 'x')).ok());
    CHECK(said_to_end(client.get()) == "421 kicked: " + std::string(400, 'x') + "\r\n");
}

TEST_CASE_FIXTURE(Operated, "kick: what an operator said before comes before") {
    const UniqueFd client = connect();
    send(client.get(), "tail");
    CHECK(last->say("last warning").ok());
    REQUIRE(last->kick("").ok());
    CHECK(said_to_end(client.get()) == "* operator: last warning\r\n250 ok #1\r\n421 kicked\r\n");
}

TEST_CASE_FIXTURE(Operated, "kick: one that is leaving goes on leaving") {
    const UniqueFd client = connect();
    send(client.get(), "bye\n");
    REQUIRE(last->kick("too late").reason() == "it is leaving");
    CHECK(said_to_end(client.get()) == "221 bye, 0 messages\r\n");
    ::shutdown(client.get(), SHUT_WR);
    CHECK(wait_closing()["reason"] == "bye");
    CHECK(context->kicks.empty());
}

TEST_CASE_FIXTURE(Operated, "kick: its last message may be bye, or another protocol") {
    const UniqueFd client = connect();
    send_unread(client.get(), "bye\n");
    REQUIRE(last->kick("").ok());
    CHECK(said_to_end(client.get()) == "221 bye, 0 messages\r\n");
    const UniqueFd probe = connect();
    send_unread(probe.get(), "GET / HTTP/1.1\r\n\r\n");
    REQUIRE(last->kick("").ok());
    CHECK(said_to_end(probe.get()) == "421 not this protocol: HTTP\r\n");
}

TEST_CASE_FIXTURE(Operated, "kick: what has arrived is recorded, however many reads it takes") {
    constexpr std::size_t LINES = 4000;
    const UniqueFd client = connect({.framing = {.framing = Framing::line}});
    std::string pipeline;
    for (std::size_t line = 0; line < LINES; ++line) pipeline += "twelve bytes\n";
    send_unread(client.get(), pipeline + "tail");
    CHECK(last->kick("enough").ok());
    CHECK(last->kick("again").reason() == "it is leaving");
    CHECK(last->say("hello").reason() == "it is leaving");
    const std::string all = said_to_end(client.get());
    CHECK(all.ends_with("250 ok #4001\r\n421 kicked: enough\r\n"));
    CHECK(messages().size() == LINES + 1);
    CHECK(messages()[LINES - 1] == "twelve bytes/lf");
    CHECK(messages()[LINES] == "tail/kicked");
    ::shutdown(client.get(), SHUT_WR);
    CHECK(wait_closing()["discarded"] == 0);
    CHECK(context->kicks.empty());
}

TEST_CASE_FIXTURE(Operated, "kick: one that sends without end is not read without end") {
    const UniqueFd client = connect({.framing = {.framing = Framing::line}});
    const std::string lines(20'000, '\n');
    send_unread(client.get(), lines);
    CHECK(last->kick("").ok());
    // As much again each round.
    for (int count = 0; count < 20 && last->is_open(); ++count) {
        test::send_all(client.get(), lines);
        round();
    }
    CHECK_FALSE(last->is_open());
    CHECK(context->counters.bytes <= 60'000);
}

TEST_CASE_FIXTURE(Operated, "kick: while the log takes nothing what has arrived waits for it") {
    const UniqueFd client = connect();
    round();
    refuse_records();
    send(client.get(), "one\n");
    await([&] { return context->clock.paused(); });
    send_unread(client.get(), "two\n");
    CHECK(last->kick("").ok());
    CHECK(last->say("hello").reason() == "it is leaving");
    round();
    CHECK(said(client.get()) == "");
    CHECK(messages() == Texts{"one/lf"});
    take_records();
    await([&] { return log.accepting(); });
    CHECK(said_to_end(client.get()) == "250 ok #1\r\n250 ok #2\r\n421 kicked\r\n");
    CHECK(messages() == Texts{"one/lf", "two/lf"});
    ::shutdown(client.get(), SHUT_WR);
    CHECK(wait_closing()["reason"] == "kicked");
    CHECK(closing()["discarded"] == 0);
}

TEST_CASE_FIXTURE(Operated, "kick: while the log takes nothing, and nothing has arrived") {
    const UniqueFd client = connect({.framing = {.framing = Framing::line}});
    round();
    refuse_records();
    send(client.get(), "one\ntail");
    await([&] { return context->clock.paused(); });
    CHECK(last->kick("").ok());
    CHECK_FALSE(last->is_open());
    take_records();
    await([&] { return log.accepting(); });
    CHECK(said_to_end(client.get()) == "250 ok #1\r\n250 ok #2\r\n421 kicked\r\n");
    CHECK(messages() == Texts{"one/lf", "tail/kicked"});
}

TEST_CASE_FIXTURE(Operated, "kick: one that goes while the log takes nothing is read to its end") {
    UniqueFd client = connect();
    round();
    refuse_records();
    send(client.get(), "one\n");
    await([&] { return context->clock.paused(); });
    send_unread(client.get(), "two\ntail");
    CHECK(last->kick("go").ok());
    client.reset();
    round();
    take_records();
    await("closed", 1);
    CHECK(messages() == Texts{"one/lf", "two/lf", "tail/eof"});
    CHECK(context->kicks.empty());
}

TEST_CASE_FIXTURE(Operated, "kick: a peer that does not read is waited for, not for ever") {
    const UniqueFd client = connect({}, {}, 4096);
    test::send_until_full(server_end);
    CHECK(last->say("hello").ok());
    REQUIRE(last->kick("").ok());
    round();
    CHECK(sink->count("closed") == 0);
    pass(30'100ms);
    CHECK(wait_closing()["reason"] == "kicked");
}

TEST_CASE_FIXTURE(Operated,
                  "kick: the last that had arrived may be read when a message's time is over") {
    const UniqueFd client = connect({.framing = {.framing = Framing::line}});
    send(client.get(), "x");
    clock.advance(context->limits.partial + 1s);
    send_unread(client.get(), std::string(40'000, 'x'));
    CHECK(last->kick("").ok());
    CHECK(said_to_end(client.get()) == "250 ok #1\r\n421 kicked\r\n");
    ::shutdown(client.get(), SHUT_WR);
    CHECK(wait_closing()["discarded"] == 0);
    CHECK(closing()["bytes"] == 40'001);
}
