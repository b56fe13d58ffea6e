// What an operator sees and does.
#include "tests/daemon/connection/operated.hpp"

using namespace hark;
using namespace std::chrono_literals;
using namespace std::string_literals;
using faults::Call;
using test::HELLO_GBK;
using test::Operated;
using test::Texts;

TEST_CASE_FIXTURE(Operated, "say: to a peer that is owed nothing, at once") {
    const UniqueFd client = connect();
    CHECK(last->say("hello").ok());
    CHECK(said(client.get()) == "* operator: hello\r\n");
    send(client.get(), "one\n");
    CHECK(said(client.get()) == "250 ok #1\r\n");
    CHECK(last->say("again").ok());
    CHECK(last->say("and again").ok());
    CHECK(said(client.get()) == "* operator: again\r\n* operator: and again\r\n");
}

TEST_CASE_FIXTURE(Operated, "say: in one send with the answer that is owed, in front of it") {
    const UniqueFd client = connect();
    round();
    refuse_records();
    send(client.get(), "one\n");
    await([&] { return context->clock.paused(); });
    CHECK(last->say("hello").ok());
    CHECK(said(client.get()) == "");
    const faults::Script script;
    take_records();
    await([&] { return !last->has_pending_replies(); });
    CHECK(script.calls(Call::send) == 1);
    CHECK(said(client.get()) == "* operator: hello\r\n250 ok #1\r\n");
}

TEST_CASE_FIXTURE(Operated, "say: a chunk peer in lock-step gets one read for one send") {
    const UniqueFd client = connect();
    send(client.get(), "a chunk");
    pass(103ms);
    CHECK(said(client.get()) == "250 ok #1\r\n");
    send(client.get(), "another");
    CHECK(last->say("hello").ok());
    round();
    CHECK(said(client.get()) == "");
    const faults::Script script;
    pass(103ms);
    CHECK(script.calls(Call::send) == 1);
    CHECK(said(client.get()) == "* operator: hello\r\n250 ok #2\r\n");
}

TEST_CASE_FIXTURE(Operated, "say: a first chunk that may be another protocol is one, too") {
    const UniqueFd client = connect();
    send(client.get(), "\x16");
    CHECK(last->say("hello").ok());
    round();
    CHECK(said(client.get()) == "");
    // First the verdict, then the tail.
    pass(103ms);
    pass(1003ms);
    CHECK(said(client.get()) == "* operator: hello\r\n250 ok #1\r\n");
    CHECK(messages() == Texts{"\x16/quiet"});
}

TEST_CASE_FIXTURE(Operated, "say: a line peer's half line holds nothing back") {
    const UniqueFd client = connect();
    send(client.get(), "one\n");
    CHECK(said(client.get()) == "250 ok #1\r\n");
    send(client.get(), "half");
    CHECK(last->say("hello").ok());
    CHECK(said(client.get()) == "* operator: hello\r\n");
    send(client.get(), "\n");
    CHECK(said(client.get()) == "250 ok #2\r\n");
}

TEST_CASE_FIXTURE(Operated,
                  "say: what waits for a tail that turns out to be bye leaves before 221") {
    const UniqueFd client = connect();
    send(client.get(), "b");
    CHECK(last->say("hello").ok());
    send(client.get(), "ye\n");
    CHECK(said_to_end(client.get()) == "* operator: hello\r\n221 bye, 0 messages\r\n");
}

TEST_CASE_FIXTURE(Operated, "say: in the charset that the peer has proved") {
    const UniqueFd client = connect();
    CHECK(last->figures().charset == "");
    CHECK(last->say("你好").ok());
    CHECK(said(client.get()) == "* operator: 你好\r\n");
    send(client.get(), HELLO_GBK + "\n"s);
    CHECK(last->figures().charset == "gb18030");
    CHECK(last->say("你好 €").ok());
    CHECK(said(client.get()) == "250 ok #1\r\n* operator: "s + HELLO_GBK + " \xA2\xE3\r\n");
    send(client.get(), "你好吗\n");
    CHECK(last->figures().charset == "utf-8");
    CHECK(last->say("你好").ok());
    CHECK(said(client.get()) == "250 ok #2\r\n* operator: 你好\r\n");
}

TEST_CASE_FIXTURE(Operated, "say: in the charset that the listener is for") {
    const UniqueFd gbk = connect({.charset = CharsetMode::gb18030});
    CHECK(last->figures().charset == "gb18030");
    CHECK(last->say("你好").ok());
    CHECK(said(gbk.get()) == "* operator: "s + HELLO_GBK + "\r\n");
    // GB18030 has what GB2312 lacks.
    CHECK(last->say("😀").ok());
    CHECK(said(gbk.get()) == "* operator: \x94\x39\xFC\x36\r\n");
    const UniqueFd utf8 = connect({.charset = CharsetMode::utf8});
    CHECK(last->figures().charset == "utf-8");
    CHECK(last->say("你好").ok());
    CHECK(said(utf8.get()) == "* operator: 你好\r\n");
    const UniqueFd big5 = connect({.charset = context->decoder.open("big5").value()});
    CHECK(last->figures().charset == "big5");
    CHECK(last->say("你好").ok());
    CHECK(said(big5.get()) == "* operator: \xA7\x41\xA6\x6E\r\n");
    CHECK(last->say("é").reason() == "its charset lacks a character of it");
    const UniqueFd wide = connect({.charset = CharsetMode::utf16le});
    CHECK(last->figures().charset == "utf-16le");
    CHECK(last->say("你好").ok());
    CHECK(said(wide.get()) == "* operator: 你好\r\n");
}

TEST_CASE_FIXTURE(Operated, "say: one line, and nothing in it that could fake another") {
    const UniqueFd client = connect();
    CHECK(last->say("a\r\n250 ok #9\x1b[31m\u202e"s + '\0' + "\x7f\u0085b").ok());
    CHECK(said(client.get()) ==
          "* operator: a\\r\\n250 ok #9\\x1b[31m\\u202e\\x00\\x7f\\u0085b\r\n");
}

TEST_CASE_FIXTURE(Operated, "say: as long as may be, in the bytes of its charset") {
    const UniqueFd client = connect();
    CHECK(last->say(std::string(400, 'x')).ok());
    CHECK(said(client.get()).size() == 12 + 400 + 2);
    CHECK(last->say(std::string(401, 'x')).reason() ==
          "it has 401 bytes in its charset, and 400 may be said");
    std::string chinese;
    for (int count = 0; count < 200; ++count) chinese += "中";
    CHECK(last->say(chinese).reason() == "it has 600 bytes in its charset, and 400 may be said");
    CHECK(said(client.get()) == "");
    const UniqueFd gbk = connect({.charset = CharsetMode::gb18030});
    CHECK(last->say(chinese).ok());
    CHECK(said(gbk.get()).size() == 12 + 400 + 2);
}

TEST_CASE_FIXTURE(Operated, "say: not to a peer that does not read") {
    const UniqueFd client = connect({.framing = {.framing = Framing::line}}, {}, 4096);
    test::send_until_full(server_end);
    CHECK(last->figures().reading);
    // The first line meets a full socket, and waits.
    CHECK(last->say("hello").ok());
    CHECK_FALSE(last->figures().reading);
    CHECK(last->say("hello").reason() == "it does not read what it is sent");
    send(client.get(), "one\ntwo\n");
    await([&] { return last->figures().unread_replies == 2; });
    std::string all;
    await([&] {
        all += said(client.get());
        return all.ends_with("250 ok #1-2\r\n");
    });
    CHECK(all.ends_with("x* operator: hello\r\n250 ok #1-2\r\n"));
    CHECK(last->figures().reading);
    CHECK(last->figures().unread_replies == 0);
}

TEST_CASE_FIXTURE(Operated, "say: not to a peer that is gone or leaving") {
    UniqueFd client = connect();
    {
        faults::Script script;
        script.fail(Call::send, EPIPE);
        CHECK(last->say("hello").reason() == "it is gone");
        CHECK(last->say("hello").reason() == "it is gone");
    }
    client = connect();
    send(client.get(), "bye\n");
    CHECK(last->say("hello").reason() == "it is leaving");
    CHECK(said(client.get()) == "221 bye, 0 messages\r\n");
}

TEST_CASE_FIXTURE(Operated, "say: what waits for an answer is bounded") {
    const UniqueFd client = connect();
    round();
    refuse_records();
    send(client.get(), "one\n");
    await([&] { return context->clock.paused(); });
    const std::string words(400, 'x');
    int taken = 0;
    while (last->say(words).ok()) ++taken;
    CHECK(taken == 10);
    CHECK(last->say("x").reason() == "too much waits for it");
    take_records();
    await([&] { return !last->has_pending_replies(); });
    CHECK(said(client.get()).size() == 10 * 414 + 11);
    CHECK(last->say("x").ok());
}

TEST_CASE_FIXTURE(Operated, "figures: how a connection is doing") {
    const UniqueFd client = connect();
    clock.advance(5s);
    round();
    send(client.get(), "one\ntwo\n");
    clock.advance(3s);
    round();
    const Connection::Figures figures = last->figures();
    CHECK(figures.number == 1);
    CHECK(figures.peer == "192.0.2.7:51324");
    CHECK(figures.local == "127.0.0.1:" + std::to_string(test::port_of(listener.get())));
    CHECK(figures.age == 8s);
    CHECK(figures.idle == 3s);
    CHECK(figures.messages == 2);
    CHECK(figures.bytes == 8);
    CHECK(figures.charset == "");
    CHECK(figures.framing == Framing::line);
    CHECK(figures.reading);
    const UniqueFd chunk = connect();
    CHECK(last->figures().framing == Framing::automatic);
    send(chunk.get(), "a chunk");
    pass(103ms);
    CHECK(last->figures().framing == Framing::chunk);
}
