#include "tests/tools/talk/talk_fixture.hpp"

using namespace hark;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::contains;
using test::Strings;
using test::Talk;
using Patience = TalkSession::Patience;

TEST_CASE("talk: lines, replies and the farewell") {
    Talk talk{Patience::person};
    talk.connect();
    talk.say("220 ready\r\n", 1);
    talk.session.send("hello");
    talk.session.send("\xFF");
    CHECK(talk.received() == "hello\n\xFF\n");
    talk.say("250 ok #1\r\n251 ok #2, kept as bytes\r\n", 3);
    CHECK(contains(talk.session.state(), "lines sent: 2, acknowledged: 2"));
    talk.session.leave();
    CHECK_FALSE(talk.session.can_send());
    CHECK(talk.received() == "bye\n");
    talk.say("221 bye, 2 messages\r\n", 4);
    talk.server.reset();
    CHECK(talk.ended() == 0);
    CHECK(talk.end.complaint.empty());
    CHECK(talk.notices.empty());
    CHECK(talk.shown[3] == "221 bye, 2 messages");
}

TEST_CASE("talk: silence from the beginning is told once") {
    Talk talk{Patience::person};
    talk.connect();
    talk.pass(seconds{10});
    CHECK(talk.notices.empty());  // nothing was asked
    talk.session.send("hello");
    talk.pass(seconds{2});
    CHECK(talk.notices.empty());
    talk.pass(seconds{2});
    CHECK(talk.notices.size() == 1);
    talk.session.send("hello?");
    talk.pass(seconds{10});
    CHECK(talk.notices.size() == 1);
    // It speaks after all.
    talk.say("250 ok #1\r\n250 ok #2\r\n", 2);
    CHECK(contains(talk.session.state(), "acknowledged: 2"));
}

TEST_CASE("talk: answers in bytes are counted, empty lines among them, and told once") {
    Talk talk{Patience::pipe};
    talk.connect();
    for (const char* const line : {"GET / HTTP/1.1", "", "one", "", "two"}) talk.session.send(line);
    CHECK(talk.received() == "\nGET / HTTP/1.1\n\none\n\ntwo\n");
    test::send_all(talk.server.get(), "\x06\x06\x06\x06");
    talk.await([&] { return !talk.notices.empty(); });
    CHECK(contains(talk.session.state(), "lines sent: 3, acknowledged: 2"));
    talk.session.leave();
    CHECK(talk.is_quiet());
    SUBCASE("good ones") {
        test::send_all(talk.server.get(), "\x06\x06");
        CHECK(talk.received().empty());  // our side has ended, without a bye
        talk.server.reset();
        CHECK(talk.ended() == 0);
        CHECK(talk.shown == Strings{"\\x06\\x06\\x06\\x06\\x06\\x06"});
    }
    SUBCASE("a bad one") {
        test::send_all(talk.server.get(), "\x06\x15");
        talk.rounds();
        talk.server.reset();
        CHECK(talk.ended() == 1);
        CHECK(talk.end.complaint ==
              "refused: the listener answered NAK\n1 line was not acknowledged:\n    two");
    }
    SUBCASE("too few") {
        talk.pass(seconds{1});  // they are shown
        talk.pass(seconds{11});
        CHECK(talk.ended() == 3);
        CHECK(talk.end.complaint == "no answer\n1 line was not acknowledged:\n    two");
    }
    CHECK(talk.notices.size() == 1);
}

TEST_CASE("talk: bytes that wait in a line are shown after a while") {
    Talk talk{Patience::person};
    talk.connect();
    talk.say("\x06");
    talk.await([&] { return !talk.notices.empty(); });
    CHECK(talk.shown.empty());
    talk.pass(milliseconds{250});
    CHECK(talk.shown == Strings{"\\x06"});
}

TEST_CASE("talk: what was not acknowledged is sent again on a new connection") {
    Talk talk{Patience::person, true};
    talk.connect();
    talk.say("220 ready\r\n", 1);
    for (const char* const line : {"one", "", "two", "three"}) talk.session.send(line);
    CHECK(talk.received() == "one\n\ntwo\nthree\n");
    talk.say("250 ok #1\r\n250 ok\r\n", 3);
    test::reset_connection(talk.server);
    talk.await([&] { return !talk.notices.empty(); });
    CHECK(contains(talk.notices[0], "trying again in 0.5 s"));
    talk.session.send("four");
    talk.pass(milliseconds{600});
    talk.accept();
    CHECK(talk.received() == "two\nthree\nfour\n");
    CHECK(contains(talk.notices[1], "3 lines that were not acknowledged are sent again"));
    talk.say("220 ready\r\n250 ok #1\r\n", 5);
    CHECK(contains(talk.session.state(), "lines sent: 4, acknowledged: 2"));
}

TEST_CASE("talk: answers in bytes begin anew with each connection") {
    Talk talk{Patience::pipe, true};
    talk.connect();
    for (const char* const line : {"one", "", "two"}) talk.session.send(line);
    CHECK(talk.received() == "one\n\ntwo\n");
    test::send_all(talk.server.get(), "\x06\x06");
    talk.await([&] { return contains(talk.session.state(), "acknowledged: 1"); });
    talk.server.reset();
    talk.await([&] { return talk.notices.size() == 2; });
    talk.pass(milliseconds{600});
    talk.accept();
    CHECK(talk.received() == "two\n");
    test::send_all(talk.server.get(), "\x06");
    talk.await([&] { return contains(talk.session.state(), "acknowledged: 2"); });
}

TEST_CASE("talk: only so much is kept for a server that acknowledges, and a pipe waits") {
    Talk talk{Patience::pipe};
    talk.session.start();
    CHECK_FALSE(talk.session.can_send());  // without a connection
    talk.accept();
    talk.await([&] { return talk.can_sends == 1; });
    talk.say("220 ready\r\n", 1);
    const std::string line(std::size_t{128} << 10U, 'x');
    int sent = 0;
    std::size_t taken = 0;
    // The server reads all, so that only acknowledgements are missing.
    while (sent < 100) {
        for (; talk.session.can_send(); ++sent) talk.session.send(line);
        talk.rounds(1);
        std::string bytes(std::size_t{1} << 20U, '\0');
        const ssize_t size = ::recv(talk.server.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (size > 0) taken += static_cast<std::size_t>(size);
        if (taken == static_cast<std::size_t>(sent) * (line.size() + 1) &&
            !talk.session.can_send()) {
            break;
        }
    }
    CHECK(sent == 8);
    talk.say("250 ok #1-4\r\n", 2);
    CHECK(talk.session.can_send());
}
