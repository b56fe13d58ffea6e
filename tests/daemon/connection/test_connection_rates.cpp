// A connection over a rate of its address waits, as if it had sent the rest later.
#include "tests/daemon/connection/small_daemon.hpp"

using namespace hark;
using namespace std::chrono_literals;
using test::SmallDaemon;
using test::Texts;

namespace {

struct Limited : SmallDaemon {
    void set(PeerLimits limits) const {
        limits.exempt = NetworkSet{};
        context->addresses.set_limits(limits);
    }
    [[nodiscard]] static std::string lines(int first, int last) {
        std::string text;
        for (int number = first; number <= last; ++number) text += std::to_string(number) + "\n";
        return text;
    }
    void all_rounds() {
        for (int count = 0; count < 5; ++count) round();
    }
};

}  // namespace

TEST_CASE_FIXTURE(Limited,
                  "rates: what is over the rate of messages is taken when its time has come") {
    set({.messages_per_second = 10});
    const UniqueFd client = connect();
    send(client.get(), lines(1, 25));
    all_rounds();
    CHECK(messages().size() == 10);
    CHECK(last->figures().limited);
    CHECK(context->addresses.waiting() == 1);
    pass(99ms);
    CHECK(messages().size() == 10);
    pass(3ms);
    CHECK(messages().size() == 11);
    for (int count = 0; count < 14; ++count) pass(102ms);
    CHECK(messages().size() == 25);
    CHECK(messages().back() == "25/lf");
    CHECK_FALSE(last->figures().limited);
    CHECK(test::recv_exactly(client.get(), 9 * 11 + 16 * 12).ends_with("250 ok #25\r\n"));
}

TEST_CASE_FIXTURE(Limited, "rates: bytes") {
    set({.bytes_per_second = 1000});
    const UniqueFd client = connect();
    const std::string line(99, 'x');
    std::string text;
    for (int count = 0; count < 30; ++count) text += line + "\n";
    send_unread(client.get(), text);
    all_rounds();
    CHECK(context->counters.bytes == 1000);
    for (int count = 0; count < 200; ++count) pass(11ms);
    CHECK(context->counters.bytes == 3000);
    CHECK(messages().size() == 30);
}

TEST_CASE_FIXTURE(Limited, "rates: without any, reads are as long as ever") {
    // A progress bar in one piece is one message, since no read ends within it.
    std::string bar;
    for (int count = 0; count < 50; ++count) bar += std::string(99, '#') + "\r";
    PeerLimits limits{.connections_per_address = 5};
    SUBCASE("other limits") {
        set(limits);
    }
    SUBCASE("exempt") {
        limits.messages_per_second = 10'000;
        limits.exempt = NetworkSet{{Network::parse("192.0.2.7").value()}};
        context->addresses.set_limits(limits);
    }
    const UniqueFd client = connect({.framing = {.framing = Framing::automatic}});
    send_unread(client.get(), bar + "\n");
    all_rounds();
    CHECK(last->figures().messages == 1);
    CHECK(messages().back().ends_with("/lf"));
}

TEST_CASE_FIXTURE(Limited, "rates: a chunk is not cut, and its successors wait") {
    set({.messages_per_second = 2, .bytes_per_second = 1000});
    const UniqueFd client = connect({.framing = {.framing = Framing::chunk}});
    send(client.get(), std::string(3000, 'x'));
    CHECK(sink->count("message") == 3);
    send_unread(client.get(), "y");
    all_rounds();
    CHECK(sink->count("message") == 3);
    pass(2100ms);
    CHECK(messages().back() == "y/chunk");
}

TEST_CASE_FIXTURE(Limited, "rates: no time passes for a peer that waits") {
    set({.messages_per_second = 1});
    context->limits.idle = 300ms;
    const UniqueFd client = connect();
    send(client.get(), "one\ntai");
    all_rounds();
    CHECK(messages() == Texts{"one/lf"});
    send_unread(client.get(), "l");
    pass(900ms);
    CHECK(messages() == Texts{"one/lf"});
    pass(101ms);
    CHECK(messages() == Texts{"one/lf"});
    test::send_all(client.get(), "\n");
    await("message", 2);
    CHECK(messages() == Texts{"one/lf", "tail/lf"});
}

TEST_CASE_FIXTURE(Limited, "rates: a tail without anything behind it comes in time") {
    set({.messages_per_second = 1});
    const UniqueFd client = connect({.framing = {.framing = Framing::automatic}});
    send(client.get(), "one\n");
    all_rounds();
    send_unread(client.get(), "tail");
    all_rounds();
    pass(1001ms);
    pass(3001ms);
    CHECK(messages() == Texts{"one/lf", "tail/quiet"});
}

TEST_CASE_FIXTURE(Limited, "rates: what a peer sent before it went is taken, at its rate") {
    set({.messages_per_second = 2});
    const UniqueFd client = connect();
    send(client.get(), lines(1, 5) + "6");
    all_rounds();
    REQUIRE(::shutdown(client.get(), SHUT_WR) == 0);
    all_rounds();
    CHECK(messages().size() == 2);
    for (int count = 0; count < 10; ++count) pass(502ms);
    CHECK(messages() == Texts{"1/lf", "2/lf", "3/lf", "4/lf", "5/lf", "6/eof"});
    CHECK(closing()["discarded"] == 0);
    CHECK(context->addresses.waiting() == 0);
}

TEST_CASE_FIXTURE(Limited, "rates: a peer that resets while it waits costs no round") {
    set({.messages_per_second = 1});
    UniqueFd client = connect();
    send(client.get(), lines(1, 3));
    all_rounds();
    test::reset_connection(client);
    all_rounds();
    const faults::Script script;
    for (int count = 0; count < 5; ++count) loop.run_once(5ms);
    CHECK(script.calls(faults::Call::recv) == 0);
    for (int count = 0; count < 5; ++count) pass(1002ms);
    CHECK(messages() == Texts{"1/lf", "2/lf", "3/lf"});
    CHECK(closing()["reason"] == "reset");
}

TEST_CASE_FIXTURE(Limited, "rates: `bye` counts, and nothing behind it") {
    set({.messages_per_second = 1});
    const UniqueFd client = connect();
    send(client.get(), "one\nbye\nrest");
    all_rounds();
    CHECK(said(client.get()) == "250 ok #1\r\n");
    pass(1002ms);
    CHECK(said(client.get()) == "221 bye, 1 message\r\n");
}

TEST_CASE_FIXTURE(Limited, "rates: the stop of the daemon, and a kick, take what has come") {
    set({.messages_per_second = 1});
    const UniqueFd first = connect();
    Connection* const kicked = last;
    const UniqueFd second = connect();
    send(first.get(), lines(1, 3));
    send_unread(second.get(), lines(4, 6));
    all_rounds();
    CHECK(messages().size() == 1);
    CHECK(kicked->kick("").ok());
    all_rounds();
    CHECK(messages().size() == 3);
    context->stopping = true;
    last->shut_down(true, Reason::shutdown);
    all_rounds();
    CHECK(messages().size() == 6);
}

TEST_CASE_FIXTURE(Limited, "rates: a limit that is set later is one for connections there are") {
    const UniqueFd client = connect();
    send(client.get(), "0\n");
    set({.messages_per_second = 2});
    last->on_new_limits();
    send(client.get(), lines(1, 5));
    all_rounds();
    CHECK(messages().size() == 3);
    set({});
    pass(2ms);
    CHECK(messages().size() == 6);
}

TEST_CASE_FIXTURE(Limited, "rates: lines that telnet held back are not held up, and come whole") {
    constexpr std::string_view SHOWS_TELNET = "\xFF\xFD\x06";
    constexpr std::string_view NO_SUBNEGOTIATION = "\xFF\xFA\nb\nc\nd\n";
    set({.messages_per_second = 2});
    const UniqueFd client = connect({.framing = {.framing = Framing::automatic}});
    send(client.get(), SHOWS_TELNET);
    send(client.get(), NO_SUBNEGOTIATION);
    all_rounds();
    CHECK(messages().empty());
    SUBCASE("at the end of the stream") {
        REQUIRE(::shutdown(client.get(), SHUT_WR) == 0);
    }
    SUBCASE("when their time is over") {
        pass(1001ms);
        send_unread(client.get(), "e\n");
        for (int count = 0; count < 10; ++count) pass(502ms);
        REQUIRE(messages().size() == 5);
        CHECK(messages().back() == "e/lf");
    }
    all_rounds();
    REQUIRE(messages().size() >= 4);
    CHECK(messages()[1] == "b/lf");
    CHECK(messages()[3] == "d/lf");
}

TEST_CASE_FIXTURE(Limited, "rates: the log pauses while a peer waits") {
    set({.messages_per_second = 1});
    const UniqueFd client = connect();
    send(client.get(), lines(1, 2));
    all_rounds();
    refuse_records();
    const UniqueFd other = connect();
    context->addresses.pause();
    pass(5s);
    CHECK(messages().size() == 1);
    take_records();
    context->addresses.resume();
    await("message", 2);
}
