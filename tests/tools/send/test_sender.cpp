#include "tests/tools/send/sender_fixture.hpp"

#include <algorithm>
#include <chrono>

using namespace hark;
using test::SenderFixture;

namespace {

using std::chrono::seconds;

constexpr const char* GREETING = "220 ready\r\n";

}  // namespace

TEST_CASE("sender: a message, its acknowledgement, and the farewell") {
    SenderFixture f{{"hello"}};
    f.start();
    CHECK(f.received() == "hello\n");
    f.say(GREETING);
    CHECK(f.is_quiet());
    f.say("250 ok #1\r\n");
    CHECK(f.received() == "bye\n");
    f.say("221 bye, 1 message\r\n");
    CHECK(f.ended() == 0);
    CHECK(f.output.take().empty());
    CHECK(f.errors.take().empty());
}

TEST_CASE("sender: once the listener goes by lines, all that there is leaves at once") {
    SenderFixture f;
    f.input.write("one\n\ntwo\nthree\nfour\n");
    f.start();
    CHECK(f.received() == "one\n");
    CHECK(f.is_quiet());
    f.say("250 ok #1\r\n");
    CHECK(f.received() == "two\n\n");
    CHECK(f.is_quiet());
    SUBCASE("found out with the message") {
        f.say("250 ok #2\r\n250 ok\r\n");
    }
    SUBCASE("found out after it") {
        f.say("250 ok #2\r\n");
        CHECK(f.received() == "three\n");
        CHECK(f.is_quiet());
        f.say("250 ok\r\n");
        CHECK(f.received() == "four\n");
        f.say("250 ok #3\r\n");
    }
    f.input.write("five\nsix\n");
    f.input.end();
    std::string rest = f.received();
    while (!rest.ends_with("five\nsix\n")) rest += f.received();
    f.say("250 ok #3-6\r\n");
    CHECK(f.received() == "bye\n");
    f.say("221 bye, 6 messages\r\n");
    CHECK(f.ended() == 0);
    CHECK(f.errors.take().empty());
}

TEST_CASE("sender: where reads are messages, one at a time") {
    SenderFixture f{{"one", "two", "three", "four", "five"}};
    f.start();
    CHECK(f.received() == "one\n");
    f.say("250 ok #1\r\n");
    CHECK(f.received() == "two\n\n");
    f.say("250 ok #2\r\n");
    CHECK(f.received() == "three\n");
    CHECK(f.is_quiet());
    f.say("250 ok #3\r\n");
    CHECK(f.received() == "four\n");
    CHECK(f.is_quiet());
    f.say("250 ok #4\r\n");
    CHECK(f.received() == "five\n");
    f.say("250 ok #5\r\n");
    CHECK(f.received() == "bye\n");
    f.server.reset();
    CHECK(f.ended() == 0);
    const std::string said = f.errors.take();
    CHECK(said.find("framing = \"chunk\"") != std::string::npos);
    CHECK(std::count(said.begin(), said.end(), '\n') == 1);
}

TEST_CASE("sender: what could be taken for a request waits for the answer to an empty line") {
    SenderFixture f{{"GET / HTTP/1.1"}};
    f.start();
    CHECK(f.received() == "\n");
    CHECK(f.is_quiet());
    f.say("250 ok\r\n");
    CHECK(f.received() == "GET / HTTP/1.1\n");
    f.say("250 ok #1\r\n");
    CHECK(f.received() == "bye\n");
    f.server.reset();
    CHECK(f.ended() == 0);
}

TEST_CASE("sender: acknowledged by bytes, it says no bye") {
    SenderFixture f{{"one", "two"}};
    f.options.replies = SendOptions::Replies::all;
    f.start();
    CHECK(f.received() == "one\n");
    f.say("\x06");
    CHECK(f.received() == "two\n");
    SUBCASE("good ones") {
        f.say("\x06");
        CHECK(f.received().empty());  // our side is closed
        f.server.reset();
        CHECK(f.ended() == 0);
        CHECK(f.output.take() == "ACK\nACK\n");
        CHECK(f.errors.take().empty());
    }
    SUBCASE("a bad one") {
        f.say("\x15");
        CHECK(f.received().empty());
        f.server.reset();
        CHECK(f.ended() == 1);
        CHECK(f.output.take() == "ACK\nNAK\n");
        CHECK(f.errors.take() == "hark: not stored, messages 2: the listener sent NAK\n");
    }
    SUBCASE("none") {
        f.pass(seconds{31});
        CHECK(f.ended() == 3);
        CHECK(f.output.take() == "ACK\n");
        CHECK(
            f.errors.take().find("acknowledged nothing for 30 s; not acknowledged: messages 2\n") !=
            std::string::npos);
    }
}

TEST_CASE("sender: a silence is said to be what it may be") {
    SenderFixture f{{"one"}};
    f.start();
    CHECK(f.received() == "one\n");
    std::string because;
    SUBCASE("no word") {
        because = "not even a greeting";
    }
    SUBCASE("a greeting") {
        f.say(GREETING);
        because = "its log may be paused";
    }
    SUBCASE("no reply") {
        f.say("OK\x1b");
        because = "not a reply that hark knows: OK\\x1b\n";
    }
    f.rounds();
    f.pass(seconds{29});
    CHECK_FALSE(f.sender->over());
    f.pass(seconds{2});
    CHECK(f.ended() == 3);
    CHECK(f.errors.take().find(because) != std::string::npos);
}

TEST_CASE("sender: a refusal is told with what was not acknowledged") {
    SenderFixture f{{"one", "two"}};
    f.start();
    CHECK(f.received() == "one\n");
    f.say("421 bad frame\r\n");
    CHECK(f.ended() == 1);
    const std::string said = f.errors.take();
    CHECK(said.find("ended the connection: bad frame; not acknowledged: messages 1; messages after "
                    "1 were not sent\n") != std::string::npos);
    CHECK(said.find("use one with framing auto, line or chunk\n") != std::string::npos);
}

TEST_CASE("sender: a lost connection, at any time") {
    SenderFixture f;
    f.start();
    SUBCASE("before anything") {
        f.server.reset();
        CHECK(f.ended() == 3);
        CHECK(f.errors.take().ends_with("closed the connection; nothing was sent\n"));
    }
    SUBCASE("with a message on its way") {
        f.input.write("one\ntwo\n");
        CHECK(f.received() == "one\n");
        test::reset_connection(f.server);
        CHECK(f.ended() == 3);
        CHECK(
            f.errors.take().ends_with("not acknowledged: lines 1; lines after 1 were not sent\n"));
    }
    SUBCASE("with all that there was on its way") {
        f.input.write("one\n\n");
        CHECK(f.received() == "one\n");
        f.input.end();
        f.server.reset();
        CHECK(f.ended() == 3);
        CHECK(f.errors.take().ends_with("closed the connection; not acknowledged: lines 1\n"));
    }
    SUBCASE("after the bye") {
        f.input.end();
        f.say(GREETING);
        CHECK(f.received() == "bye\n");
        test::reset_connection(f.server);
        CHECK(f.ended() == 0);
    }
}

TEST_CASE("sender: without input, a server that does not speak is left after a second") {
    SenderFixture f;
    f.input.end();
    f.start();
    CHECK(f.is_quiet());  // a bye might be a message there
    f.pass(std::chrono::milliseconds{1100});
    CHECK(f.ended() == 0);
    CHECK(test::recv_to_end(f.server.get()).empty());
}

TEST_CASE("sender: replies are read no faster than they are printed") {
    SenderFixture f{{"one"}};
    f.options.json = true;
    f.start();
    CHECK(f.received() == "one\n");
    const std::string flood(std::size_t{1} << 16U, 'x');
    std::size_t sent = 0;
    // Until neither the kernel nor hark takes more.
    for (int idle = 0; idle < 20;) {
        const ssize_t size = ::send(f.server.get(), flood.data(), flood.size(), MSG_DONTWAIT);
        sent += size > 0 ? static_cast<std::size_t>(size) : 0;
        idle = size > 0 ? 0 : idle + 1;
        f.rounds();
    }
    CHECK(sent < std::size_t{32} << 20U);
    // Nobody reads, which does not count as silence of the server.
    f.pass(std::chrono::minutes{5});
    CHECK_FALSE(f.sender->over());
    f.output.close();
    f.say("\n250 ok #1\r\n");
    CHECK(f.received() == "bye\n");
    f.server.reset();
    CHECK(f.ended() == 0);
}

TEST_CASE("sender: interrupted") {
    SenderFixture f{{"one"}};
    f.start();
    CHECK(f.received() == "one\n");
    ::raise(SIGTERM);
    CHECK(f.ended() == 128 + SIGTERM);
    CHECK(f.errors.take() == "hark: interrupted; not acknowledged: messages 1\n");
}
