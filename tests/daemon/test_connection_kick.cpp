// A connection that an operator ends.
#include "tests/daemon/operated.hpp"

using namespace hark;
using namespace std::chrono_literals;
using namespace std::string_literals;
using test::HELLO_GBK;
using test::Operated;
using test::Texts;

TEST_CASE_FIXTURE(Operated, "kick: the end, with the reason or without") {
    const UniqueFd silent = connect();
    last->kick("");
    CHECK(said_to_end(silent.get()) == "421 kicked\r\n");
    ::shutdown(silent.get(), SHUT_WR);
    CHECK(wait_closing()["reason"] == "kicked");
    const UniqueFd told = connect();
    last->kick("too loud");
    CHECK(said_to_end(told.get()) == "421 kicked: too loud\r\n");
}

TEST_CASE_FIXTURE(Operated, "kick: what was sent is recorded and answered first") {
    const UniqueFd client = connect({.framing = Framing::line});
    send(client.get(), "one\n");
    CHECK(said(client.get()) == "250 ok #1\r\n");
    send_unread(client.get(), "two\ntail");
    last->kick("enough");
    CHECK(said_to_end(client.get()) == "250 ok #2\r\n250 ok #3\r\n421 kicked: enough\r\n");
    CHECK(messages() == Texts{"one/lf", "two/lf", "tail/kicked"});
    test::send_all(client.get(), "more\n");
    ::shutdown(client.get(), SHUT_WR);
    CHECK(wait_closing()["reason"] == "kicked");
    CHECK(closing()["messages"] == 3);
    CHECK(closing()["discarded"] == 5);
    CHECK(context->last_words.empty());
}

TEST_CASE_FIXTURE(Operated, "kick: the last words are in the peer's charset, and one line") {
    const UniqueFd client = connect();
    send(client.get(), HELLO_GBK + "\n"s);
    CHECK(said(client.get()) == "250 ok #1\r\n");
    last->kick("你好\r\n");
    CHECK(said_to_end(client.get()) == "421 kicked: "s + HELLO_GBK + "\\r\\n\r\n");
}

TEST_CASE_FIXTURE(Operated, "kick: words that are too long are refused") {
    const UniqueFd client = connect();
    CHECK(last->kick(std::string(401, 'x')) != "");
    CHECK(last->is_open());
    CHECK(last->kick(std::string(400, 'x')) == "");
    CHECK(said_to_end(client.get()) == "421 kicked: " + std::string(400, 'x') + "\r\n");
}

TEST_CASE_FIXTURE(Operated, "kick: what an operator said before comes before") {
    const UniqueFd client = connect();
    send(client.get(), "tail");
    CHECK(last->say("last warning") == "");
    last->kick("");
    CHECK(said_to_end(client.get()) == "* operator: last warning\r\n250 ok #1\r\n421 kicked\r\n");
}

TEST_CASE_FIXTURE(Operated, "kick: one that is leaving goes on leaving") {
    const UniqueFd client = connect();
    send(client.get(), "bye\n");
    last->kick("too late");
    CHECK(said_to_end(client.get()) == "221 bye, 0 messages\r\n");
    ::shutdown(client.get(), SHUT_WR);
    CHECK(wait_closing()["reason"] == "bye");
    CHECK(context->last_words.empty());
}

TEST_CASE_FIXTURE(Operated, "kick: its last message may be bye, or another protocol") {
    const UniqueFd client = connect();
    send_unread(client.get(), "bye\n");
    last->kick("");
    CHECK(said_to_end(client.get()) == "221 bye, 0 messages\r\n");
    const UniqueFd probe = connect();
    send_unread(probe.get(), "GET / HTTP/1.1\r\n\r\n");
    last->kick("");
    CHECK(said_to_end(probe.get()) == "421 not this protocol: HTTP\r\n");
}

TEST_CASE_FIXTURE(Operated, "kick: while the log takes nothing, the peer is not read") {
    const UniqueFd client = connect();
    round();
    refuse_records();
    send(client.get(), "one\n");
    await([&] { return context->clock.paused(); });
    send_unread(client.get(), "two\n");
    last->kick("");
    round();
    CHECK(said(client.get()) == "");
    take_records();
    await([&] { return log.accepting(); });
    CHECK(said_to_end(client.get()) == "250 ok #1\r\n421 kicked\r\n");
    ::shutdown(client.get(), SHUT_WR);
    CHECK(wait_closing()["discarded"] == 4);
}

TEST_CASE_FIXTURE(Operated, "kick: a peer that does not read is waited for, not for ever") {
    const UniqueFd client = connect({}, {}, 4096);
    test::send_until_full(server_end);
    CHECK(last->say("hello") == "");
    last->kick("");
    round();
    CHECK(sink->count("closed") == 0);
    pass(30'100ms);
    CHECK(wait_closing()["reason"] == "kicked");
}
