// What happens while the peer is silent.
#include "tests/daemon/connection/small_daemon.hpp"

using namespace hark;
using namespace std::chrono_literals;
using faults::Call;
using test::SmallDaemon;
using test::Texts;

TEST_CASE_FIXTURE(SmallDaemon, "connection: a tail becomes a message after the quiet time") {
    const UniqueFd client = connect();
    send(client.get(), "hello");
    pass(90ms);
    CHECK(messages().empty());
    send(client.get(), " world");  // begins the quiet time anew
    pass(90ms);
    CHECK(messages().empty());
    pass(13ms);
    CHECK(messages() == Texts{"hello world/quiet"});
    CHECK(said(client.get()) == "250 ok #1\r\n");
    send(client.get(), "\r\n");
    pass(10s);
    CHECK(messages().size() == 1);
    CHECK(said(client.get()) == "");
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: a line peer and one who types have longer") {
    const UniqueFd client = connect();
    send(client.get(), "one\n");
    send(client.get(), "tail");
    pass(2990ms);
    CHECK(messages() == Texts{"one/lf"});
    pass(13ms);
    CHECK(messages() == Texts{"one/lf", "tail/quiet"});
    const UniqueFd other = connect();
    send(other.get(), "h");
    pass(900ms);
    send(other.get(), "i");
    pass(990ms);
    CHECK(messages().size() == 2);
    pass(13ms);
    CHECK(messages().back() == "hi/quiet");
}

TEST_CASE_FIXTURE(SmallDaemon,
                  "connection: bytes that came in time are read before a tail is taken") {
    const UniqueFd client = connect();
    send(client.get(), "hello");
    // The loop is late; its own delay cuts off nothing.
    send_unread(client.get(), " world");
    pass(500ms);
    pass(90ms);
    CHECK(messages().empty());
    pass(13ms);
    CHECK(messages() == Texts{"hello world/quiet"});
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: a chunk peer gets its answers with its tail's") {
    const UniqueFd client = connect();
    send(client.get(), "first");
    pass(103ms);
    CHECK(said(client.get()) == "250 ok #1\r\n");
    const faults::Script script;
    send(client.get(), "a\nb");
    round();
    CHECK(messages() == Texts{"first/quiet", "a/lf"});
    CHECK(script.calls(Call::send) == 0);
    pass(3003ms);
    CHECK(said(client.get()) == "250 ok #2\r\n250 ok #3\r\n");
    CHECK(script.calls(Call::send) == 1);
    // A line peer's replies never wait.
    const UniqueFd other = connect();
    send(other.get(), "a\nb");
    round();
    CHECK(said(other.get()) == "250 ok #1\r\n");
}

TEST_CASE_FIXTURE(SmallDaemon,
                  "connection: answers that wait leave when the tail turns out to be none") {
    const UniqueFd client = connect();
    send(client.get(), "first");
    pass(103ms);
    CHECK(said(client.get()) == "250 ok #1\r\n");
    send(client.get(), "\na\nb");
    send(client.get(), "\n");
    round();
    CHECK(said(client.get()) == "250 ok #2\r\n250 ok #3\r\n");
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: a message not finished in time is recorded as it is") {
    context->limits.partial = 10s;
    const UniqueFd client = connect({.framing = {.framing = Framing::line}});
    send(client.get(), "one\nbegun");
    pass(6s);
    send(client.get(), " more");
    pass(3900ms);
    CHECK(messages() == Texts{"one/lf"});
    pass(103ms);
    CHECK(messages() == Texts{"one/lf", "begun more/timeout"});
    CHECK(said(client.get()) == "250 ok #1\r\n250 ok #2\r\n");
    // Counted from each message's first byte.
    send(client.get(), "two\n");
    pass(9s);
    send(client.get(), "three");
    pass(9s);
    CHECK(messages().back() == "two/lf");
    pass(1003ms);
    CHECK(messages().back() == "three/timeout");
}

TEST_CASE_FIXTURE(SmallDaemon,
                  "connection: the time counts from the first byte, also of held input") {
    context->limits.partial = 10s;
    const UniqueFd client = connect({.framing = {.framing = Framing::line}});
    const auto ends_in = [&](Duration time) {
        const std::size_t before = sink->count("message");
        pass(time - 100ms);
        CHECK(sink->count("message") == before);
        pass(103ms);
        CHECK(sink->count("message") == before + 1);
    };
    send(client.get(), "one\n");
    // In Windows-1251 a letter, and perhaps the beginning of telnet negotiation.
    send(client.get(), "\xFF");
    pass(6s);
    send(client.get(), "\xE0");
    ends_in(4s);
    // The message that began later has its own time.
    send(client.get(), "\xFF");
    pass(6s);
    send(client.get(), "\xE0\nbegun");
    ends_in(10s);
    CHECK(messages().back() == "begun/timeout");
    // So does one that would begin with held input.
    send(client.get(), "first");
    pass(9900ms);
    send(client.get(), " one\n\xFF");
    ends_in(10s);
    // Negotiation is not part of any message.
    send(client.get(), "\xFF");
    pass(6s);
    send(client.get(), "\xFD\x06typed");
    ends_in(10s);
    CHECK(messages().back() == "typed/timeout");
    CHECK(sink->count("message") == 7);
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: a possible probe's time counts from its first byte") {
    context->limits.partial = 10s;
    context->limits.quiet = 8s;
    const UniqueFd client = connect();
    send(client.get(), "\x16");
    pass(6s);
    send(client.get(), "\x03");
    pass(3900ms);
    CHECK(sink->count("message") == 0);
    pass(103ms);
    CHECK(messages() == Texts{"\x16\x03/timeout"});
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: the time counts from the first byte, also of parts") {
    context->limits.partial = 10s;
    const UniqueFd client = connect({.framing = {.framing = Framing::line}});
    send(client.get(), std::string(1500, 'x'));
    pass(9s);
    send(client.get(), std::string(1500, 'x'));
    CHECK(sink->count("message") == 2);
    pass(1003ms);
    REQUIRE(sink->count("message") == 3);
    CHECK(sink->records.back()["end"] == "timeout");
    CHECK(sink->records.back()["seq"] == 1);
    CHECK(said(client.get()) == "250 ok #1\r\n");
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: one without a byte is idle") {
    context->limits.idle = 20s;
    const UniqueFd client = connect();
    const UniqueFd other = connect();
    pass(19s);
    send(other.get(), "alive\n");
    CHECK(said(client.get()) == "");
    pass(1003ms);
    CHECK(said(client.get()) == "421 idle\r\n");
    ::shutdown(client.get(), SHUT_WR);
    await("closed", 1);
    CHECK(closing()["reason"] == "idle");
    CHECK(closing()["conn"] == 1);
    pass(18s);
    CHECK(context->connections.size() == 1);
    pass(1003ms);
    CHECK(test::recv_to_end(other.get()) == "250 ok #1\r\n421 idle\r\n");
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: an idle peer's tail is recorded") {
    context->limits.idle = 20s;
    const UniqueFd client = connect({.framing = {.framing = Framing::line}});
    send(client.get(), "tail");
    pass(20'003ms);
    CHECK(messages() == Texts{"tail/timeout"});
    CHECK(test::recv_to_end(client.get()) == "250 ok #1\r\n421 idle\r\n");
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: without a limit nobody is idle") {
    const UniqueFd client = connect();
    pass(std::chrono::hours{24 * 30});
    send(client.get(), "hello\n");
    CHECK(said(client.get()) == "250 ok #1\r\n");
}

TEST_CASE_FIXTURE(SmallDaemon,
                  "connection: bytes that wait for a verdict are text when nothing follows") {
    const UniqueFd client = connect();
    send(client.get(), "\x16");
    pass(90ms);
    CHECK(messages().empty());
    // One character: it may have been typed.
    pass(13ms);
    pass(1000ms);
    CHECK(messages() == Texts{"\x16/quiet"});
    CHECK(said(client.get()) == "250 ok #1\r\n");
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: with no time passing nothing is looked at again") {
    const UniqueFd client = connect();
    send(client.get(), "tail");
    const faults::Script script;
    for (int count = 0; count < 100; ++count) round();
    CHECK(script.calls(Call::recv) == 0);
}

TEST_CASE_FIXTURE(SmallDaemon, "connection: a new time for lost peers is the kernel's, too") {
    const UniqueFd client = connect();
    const auto user_timeout = [this] {
        return test::get_option(server_end, IPPROTO_TCP, TCP_USER_TIMEOUT);
    };
    context->limits.peer = 10s;
    last->on_new_limits();
    CHECK(user_timeout() == 9'500);
    context->limits.peer = 0s;
    last->on_new_limits();
    CHECK(user_timeout() == 0);
}
