// How a conversation ends, normally or not.
#include "tests/tools/talk/talk_fixture.hpp"

using namespace hark;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::Talk;
using Patience = TalkSession::Patience;

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
