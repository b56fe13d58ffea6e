// While the log takes nothing, no peer is read, no waiting message is answered, no time passes for
// peers, and none of it costs anything.
#include "common/protocol/reply.hpp"
#include "tests/daemon/connection/small_daemon.hpp"

using namespace hark;
using namespace std::chrono_literals;
using faults::Call;
using test::SmallDaemon;
using test::Texts;

namespace {

struct Paused : SmallDaemon {
    // Another peer's message meets a log that refuses.
    void pause() {
        other = connect();
        round();
        refuse_records();
        send(other.get(), "refused\n");
        await([&] { return context->clock.paused(); });
    }
    void resume() {
        take_records();
        await([&] { return !context->clock.paused(); });
    }
    // Rounds in which nothing is read or sent, and no wait ends before the log is due for a retry,
    // in ten milliseconds at the earliest.
    void check_quiet() {
        const faults::Script script;
        const auto begun = std::chrono::steady_clock::now();
        for (int count = 0; count < 5; ++count) loop.run_once(20ms);
        CHECK(std::chrono::steady_clock::now() - begun >= 45ms);
        CHECK(script.calls(Call::recv) == 0);
        CHECK(script.calls(Call::send) == 0);
        CHECK(script.calls(Call::epoll_modify) == 0);
        CHECK(script.calls(Call::epoll_remove) == 0);
    }
    UniqueFd other;
};

struct Unread : SmallDaemon {
    // What `client` was sent after all the 'x' that filled the connection.
    std::string written_to(int client) {
        std::string text;
        await([&] {
            text += said(client);
            return text.ends_with('\n') && all_is_said(client);
        });
        return text.substr(text.rfind('x') + 1);
    }
    bool all_is_said(int client) {
        for (int count = 0; count < 3; ++count) loop.run_once(5ms);
        return test::poll_for(client, POLLIN, 0) == 0;
    }
};

}  // namespace

TEST_CASE_FIXTURE(Paused, "pause: what is sent meanwhile waits in the socket") {
    const UniqueFd client = connect();
    const int socket = server_end;
    pause();
    test::send_all(client.get(), "one\ntwo\n");
    REQUIRE(test::wait_for_unread(socket, 8));
    round();
    check_quiet();
    CHECK(sink->count("message") == 1);
    resume();
    await("message", 3);
    round();
    CHECK(test::recv_exactly(client.get(), 22) == "250 ok #1\r\n250 ok #2\r\n");
    CHECK(said(other.get()) == "250 ok #1\r\n");
}

TEST_CASE_FIXTURE(Paused, "pause: peers that go meanwhile cost nothing, and lose nothing") {
    UniqueFd closing_one = connect();
    const int first = server_end;
    UniqueFd reset_one = connect();
    const int second = server_end;
    UniqueFd silent_reset = connect();
    send(reset_one.get(), "tail");
    pause();
    test::send_all(closing_one.get(), "one\ntail");
    REQUIRE(test::wait_for_unread(first, 8));
    closing_one.reset();
    test::reset_connection(reset_one);
    REQUIRE((test::poll_for(second, 0) & POLLERR) != 0);
    test::reset_connection(silent_reset);
    round();
    round();
    check_quiet();
    pass(10min);
    check_quiet();
    resume();
    await("closed", 3);
    const auto all = messages();
    CHECK(all.size() == 4);
    for (const char* text : {"refused/lf", "one/lf", "tail/eof", "tail/reset"}) {
        CHECK(std::ranges::find(all, text) != all.end());
    }
    CHECK(context->connections.size() == 1);
}

TEST_CASE_FIXTURE(Paused, "pause: no tail becomes a message") {
    const UniqueFd client = connect();
    const int socket = server_end;
    send(client.get(), "hel");
    pass(60ms);
    pause();
    pass(10s);
    check_quiet();
    CHECK(messages() == Texts{"refused/lf"});
    SUBCASE("what came meanwhile belongs to it") {
        test::send_all(client.get(), "lo\n");
        REQUIRE(test::wait_for_unread(socket, 3));
        resume();
        await("message", 2);
        CHECK(messages().back() == "hello/lf");
    }
    SUBCASE("the time goes on where it stood") {
        resume();
        pass(30ms);
        CHECK(messages().size() == 1);
        pass(13ms);
        CHECK(messages().back() == "hel/quiet");
    }
}

TEST_CASE_FIXTURE(Paused, "pause: nobody is idle or late") {
    context->limits.idle = 5s;
    context->limits.partial = 3s;
    const UniqueFd client = connect({.framing = {.framing = Framing::line}});
    send(client.get(), "begun");
    pause();
    pass(1h);
    check_quiet();
    CHECK(sink->count("closed") == 0);
    CHECK(messages() == Texts{"refused/lf"});
    resume();
    pass(2900ms);
    CHECK(messages().size() == 1);
    pass(103ms);
    CHECK(messages().back() == "begun/timeout");
    pass(1900ms);
    CHECK(said(client.get()) == "250 ok #1\r\n");
    pass(103ms);
    CHECK(said(client.get()) == "421 idle\r\n");
}

TEST_CASE_FIXTURE(Paused, "pause: again and again") {
    const UniqueFd client = connect();
    const int socket = server_end;
    pause();
    for (std::uint64_t number = 1; number <= 5; ++number) {
        test::send_all(client.get(), "again\n");
        REQUIRE(test::wait_for_unread(socket, 6));
        pass(1s);
        CHECK(sink->count("message") == number);
        // The first one that is read finds the log refusing again.
        sink->stores = sink->records.size();
        sink->state = SinkState::busy;
        sink->say();
        await([&] { return !context->clock.paused(); });
        sink->state = SinkState::refusing;
        await("message", number + 1);
        await([&] { return context->clock.paused(); });
    }
    resume();
    await([&] { return context->replies.empty(); });
    std::string answers;
    for (int number = 1; number <= 5; ++number) {
        answers += "250 ok #" + std::to_string(number) + "\r\n";
    }
    CHECK(test::recv_exactly(client.get(), answers.size()) == answers);
}

TEST_CASE_FIXTURE(Unread, "a peer that never reads costs one range, and is recorded all the same") {
    const UniqueFd client = connect({}, {}, 4096);
    test::send_until_full(server_end);
    std::uint64_t sent = 0;
    for (int burst = 0; burst < 50; ++burst) {
        std::string lines;
        for (int count = 0; count < 200; ++count) lines += std::to_string(++sent) + "\n";
        send(client.get(), lines + "\n");
    }
    CHECK(sink->count("message") == sent);
    // The replies that the kernel took before it was full, and one range.
    const std::string answers = written_to(client.get());
    std::uint64_t next = 1;
    std::size_t lines = 0;
    for (std::string_view rest = answers; !rest.empty(); ++lines) {
        const auto size = rest.find('\n') + 1;
        const auto answered = reply::parse_stored(rest.substr(0, size));
        rest.remove_prefix(size);
        REQUIRE(answered.has_value());
        if (answered->first == 0) continue;
        REQUIRE(answered->first == next);
        next = answered->last + 1;
    }
    CHECK(next == sent + 1);
    CHECK(lines < 2000);
    CHECK(answers.ends_with("-10000\r\n"));
    send(client.get(), "next\n");
    CHECK(written_to(client.get()) == "250 ok #10001\r\n");
}
