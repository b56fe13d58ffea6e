#include "common/loop/event_loop.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run_until.hpp"
#include "tests/support/sockets.hpp"
#include "tools/talk/talk_session.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace hark;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Patience = TalkSession::Patience;
using Strings = std::vector<std::string>;

// A conversation, what its front end is told, and the server's end.
class Talk final : public TalkFront {
   public:
    explicit Talk(Patience patience, bool reconnect = false)
        : options{.server = {"127.0.0.1", test::port_of(listener.get())}, .reconnect = reconnect},
          session{loop, *this, options, patience, end} {}

    void on_server_line(const LinePiece& piece) noexcept override {
        shown.emplace_back(text.shown(piece));
    }
    void on_notice(const std::string& words) noexcept override { notices.push_back(words); }
    void on_end() noexcept override { ++ends; }
    void on_can_send() noexcept override { ++can_sends; }

    template <typename Condition>
    void await(Condition done) {
        REQUIRE(test::run_until(loop, done));
    }
    void rounds(int count = 5) {
        for (; count > 0; --count) loop.run_once({});
    }
    void pass(Duration time) {
        clock.advance(time);
        rounds();
    }
    void accept() {
        await([this] { return test::poll_for(listener.get(), POLLIN, 0) != 0; });
        server.reset(
            test::checked(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept4"));
        test::make_patient(server.get());
    }
    void connect() {
        session.start();
        accept();
        rounds();
    }
    [[nodiscard]] std::string received() {
        await([this] { return test::poll_for(server.get(), POLLIN, 0) != 0; });
        rounds();
        return test::recv_some(server.get());
    }
    [[nodiscard]] bool is_quiet() {
        rounds();
        return test::poll_for(server.get(), POLLIN, 0) == 0;
    }
    // Until the front end has been shown so many lines.
    void say(std::string_view bytes, std::size_t lines = 0) {
        test::send_all(server.get(), bytes);
        await([&] { return shown.size() >= lines; });
    }
    [[nodiscard]] int ended() {
        await([this] { return session.over(); });
        CHECK(ends == 1);
        return end.status;
    }

    test::ManualClock clock;
    EventLoop loop{clock};
    UniqueFd listener = test::tcp_listener();
    UniqueFd server;
    TalkOptions options;
    TalkEnd end;
    TalkText text;
    Strings shown;
    Strings notices;
    int ends = 0;
    int can_sends = 0;
    TalkSession session;
};

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

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

TEST_CASE("talk: the farewell waits for acknowledgements, for a while") {
    Talk talk{Patience::person};
    talk.connect();
    talk.say("220 ready\r\n", 1);
    talk.session.send("hello");
    talk.session.leave();
    CHECK(talk.received() == "hello\n");
    CHECK(talk.is_quiet());
    SUBCASE("that come") {
        talk.say("250 ok #1\r\n", 2);
        CHECK(talk.received() == "bye\n");
        talk.server.reset();
        CHECK(talk.ended() == 0);
    }
    SUBCASE("that do not") {
        talk.pass(seconds{6});
        CHECK(talk.ended() == 3);
        CHECK(talk.end.complaint == "no answer\n1 line was not acknowledged:\n    hello");
    }
}

TEST_CASE("talk: a server that has said nothing gets no bye, which it might record") {
    Patience patience = Patience::person;
    SUBCASE("a person") {}
    SUBCASE("a pipe") {
        patience = Patience::pipe;
    }
    Talk talk{patience};
    talk.connect();
    talk.session.send("hello");
    CHECK(talk.received() == "hello\n");
    talk.session.leave();
    CHECK(talk.is_quiet());
    talk.pass(milliseconds{1100});
    CHECK(talk.session.over() == (patience == Patience::person));
    talk.pass(seconds{10});
    if (patience == Patience::person) {
        CHECK(talk.ended() == 0);
    } else {
        CHECK(talk.ended() == 3);
        CHECK(talk.end.complaint.starts_with("no answer, not even a greeting"));
        CHECK(talk.end.complaint.ends_with("1 line was not acknowledged:\n    hello"));
    }
    CHECK(test::recv_to_end(talk.server.get()).empty());
    CHECK(talk.notices.empty());
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

TEST_CASE("talk: lines that no connection has taken are not left silently") {
    Talk talk{Patience::person};
    talk.session.start();
    talk.session.send("hello");
    talk.session.leave();
    SUBCASE("they are sent if there is one after all") {
        talk.accept();
        CHECK(talk.received() == "hello\n");
        talk.say("250 ok #1\r\n", 1);
        CHECK(talk.received() == "bye\n");
        talk.server.reset();
        CHECK(talk.ended() == 0);
    }
    SUBCASE("or named") {
        talk.listener.reset();
        const int status = talk.ended();
        CHECK(status == 3);
        CHECK(talk.end.complaint.ends_with("1 line was not acknowledged:\n    hello"));
    }
}

TEST_CASE("talk: nothing typed, and no connection yet: it ends at once") {
    Talk talk{Patience::person};
    talk.session.start();
    talk.session.leave();
    CHECK(talk.ended() == 0);
}

TEST_CASE("talk: a refusal is the reason") {
    Talk talk{Patience::person};
    talk.connect();
    talk.say("421 too many connections\x1b\r\n", 1);
    talk.server.reset();
    CHECK(talk.ended() == 1);
    CHECK(talk.end.complaint == "refused: too many connections\\x1b");
}

TEST_CASE("talk: a signal, with and without something to lose") {
    Talk talk{Patience::person};
    talk.connect();
    talk.say("220 ready\r\n", 1);
    std::string complaint;
    SUBCASE("without") {}
    SUBCASE("with") {
        talk.session.send("hello");
        complaint = "interrupted\n1 line was not acknowledged:\n    hello";
    }
    talk.session.interrupt(2);
    CHECK(talk.ended() == 130);
    CHECK(talk.end.complaint == complaint);
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
