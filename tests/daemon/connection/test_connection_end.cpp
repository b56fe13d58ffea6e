// However a peer leaves, what it sent before is recorded.
#include "tests/daemon/connection/small_daemon.hpp"

using namespace hark;
using namespace std::chrono_literals;
using faults::Call;
using test::SmallDaemon;
using test::Texts;

TEST_CASE_FIXTURE(SmallDaemon, "end: a peer that closes with data unread") {
    UniqueFd client = connect();
    send_unread(client.get(), "one\ntwo\ntail");
    ::shutdown(client.get(), SHUT_WR);
    await("closed", 1);
    CHECK(messages() == Texts{"one/lf", "two/lf", "tail/eof"});
    CHECK(test::recv_to_end(client.get()) == "250 ok #1\r\n250 ok #2\r\n250 ok #3\r\n");
    CHECK(closing()["reason"] == "eof");
    CHECK(closing()["messages"] == 3);
    CHECK(closing()["bytes"] == 12);
    CHECK(closing()["discarded"] == 0);
    CHECK(context->connections.size() == 0);
}

TEST_CASE_FIXTURE(SmallDaemon, "end: a peer that says nothing") {
    UniqueFd client = connect();
    client.reset();
    await("closed", 1);
    CHECK(closing()["reason"] == "eof");
    CHECK(closing()["messages"] == 0);
}

TEST_CASE_FIXTURE(SmallDaemon, "end: more than one read's data before the hang-up") {
    UniqueFd client = connect({.framing = {.framing = Framing::line}});
    std::string lines;
    for (int count = 0; count < 5000; ++count) lines += "a line of text\n";
    send_unread(client.get(), lines);
    client.reset();
    await("closed", 1);
    CHECK(sink->count("message") == 5000);
    CHECK(closing()["bytes"] == lines.size());
}

TEST_CASE_FIXTURE(SmallDaemon, "end: a reset with data, all that could be read is recorded") {
    UniqueFd client = connect();
    send(client.get(), "one\ntail");
    test::reset_connection(client);
    await("closed", 1);
    CHECK(messages() == Texts{"one/lf", "tail/reset"});
    CHECK(closing()["reason"] == "reset");
    CHECK(closing()["messages"] == 2);
}

TEST_CASE_FIXTURE(SmallDaemon, "end: data that come together with the error are read first") {
    // On a socket pair a reset leaves what was sent: the error and the data are reported together.
    const UniqueFd client = connect();
    send_unread(client.get(), "one\ntail");
    faults::Script script;
    script.fail(Call::recv, ECONNRESET, {.skip = 1, .fd = server_end});
    ::shutdown(client.get(), SHUT_WR);
    await("closed", 1);
    CHECK(messages() == Texts{"one/lf", "tail/reset"});
    CHECK(closing()["reason"] == "reset");
}

TEST_CASE_FIXTURE(SmallDaemon, "end: a peer that cannot be answered is read, and leaves") {
    struct Case {
        int error;
        std::string_view reason;
    };
    for (const Case& each : {Case{EIO, "error"}, Case{EPIPE, "reset"}, Case{ECONNRESET, "reset"},
                             Case{ETIMEDOUT, "timeout"}, Case{EHOSTUNREACH, "timeout"},
                             Case{ENETUNREACH, "timeout"}}) {
        CAPTURE(each.error);
        const auto before = messages().size();
        const auto closed = sink->count("closed");
        const UniqueFd client = connect();
        faults::Script script;
        script.fail(Call::send, each.error, {.fd = server_end});
        send(client.get(), "one\n");
        // While the reply fails, more input is on its way.
        send_unread(client.get(), "two\ntail");
        await("closed", closed + 1);
        CHECK(messages().size() == before + 3);
        CHECK(messages().back() == "tail/reset");
        CHECK(closing()["reason"] == each.reason);
        CHECK(test::recv_to_end(client.get()).empty());
    }
}

TEST_CASE_FIXTURE(SmallDaemon, "end: without memory for an answer it is sent later") {
    for (const int error : {ENOBUFS, ENOMEM}) {
        CAPTURE(error);
        const UniqueFd client = connect();
        faults::Script script;
        script.fail(Call::send, error, {.times = 2, .fd = server_end});
        send(client.get(), "one\ntwo\n");
        round();
        CHECK(said(client.get()).empty());
        const auto calls = script.calls(Call::send);
        for (int count = 0; count < 5; ++count) round();
        CHECK(script.calls(Call::send) == calls);  // it does not spin
        pass(60ms);
        CHECK(said(client.get()).empty());
        pass(60ms);
        CHECK(said(client.get()) == "250 ok #1-2\r\n");
        send(client.get(), "three\n");
        await([&] { return !last->has_pending_replies(); });
        CHECK(said(client.get()) == "250 ok #3\r\n");
    }
}

TEST_CASE_FIXTURE(SmallDaemon, "end: why a connection was lost") {
    struct Case {
        int error;
        std::string_view reason;
    };
    for (const Case& each :
         {Case{ECONNRESET, "reset"}, Case{EPIPE, "reset"}, Case{ETIMEDOUT, "timeout"},
          Case{EHOSTUNREACH, "timeout"}, Case{ENETUNREACH, "timeout"}, Case{EIO, "error"}}) {
        CAPTURE(each.error);
        const auto closed = sink->count("closed");
        const UniqueFd client = connect();
        send(client.get(), "tail");
        faults::Script script;
        script.fail(Call::recv, each.error, {.fd = server_end});
        test::send_all(client.get(), "x");
        await("closed", closed + 1);
        CHECK(closing()["reason"] == each.reason);
        CHECK(messages().back() == "tail/reset");
    }
}

TEST_CASE_FIXTURE(SmallDaemon, "end: a greeting that cannot be sent") {
    faults::Script script;
    script.fail(Call::send, EPIPE);
    UniqueFd client = connect({}, "220 ready\r\n");
    send(client.get(), "one\n");
    client.reset();
    await("closed", 1);
    CHECK(messages() == Texts{"one/lf"});
}

TEST_CASE_FIXTURE(SmallDaemon, "end: a peer that cannot be watched is closed") {
    faults::Script script;
    script.fail(Call::epoll_add, ENOSPC, {.times = 1});
    const UniqueFd client = connect({}, "220 ready\r\n");
    await("closed", 1);
    CHECK(closing()["reason"] == "error");
    CHECK(test::recv_to_end(client.get()) == "");
    CHECK(context->connections.size() == 0);
}

TEST_CASE_FIXTURE(SmallDaemon, "end: told to shut down, a peer is read once more") {
    const UniqueFd client = connect();
    send_unread(client.get(), "one\ntail");
    last->shut_down(true, Reason::shutdown);
    round();
    CHECK(messages() == Texts{"one/lf", "tail/shutdown"});
    CHECK(test::recv_to_end(client.get()) == "250 ok #1\r\n250 ok #2\r\n421 shutting down\r\n");
    send(client.get(), "more\n");
    ::shutdown(client.get(), SHUT_WR);
    await("closed", 1);
    CHECK(closing()["reason"] == "shutdown");
    CHECK(closing()["discarded"] == 5);
}

TEST_CASE_FIXTURE(SmallDaemon, "end: told to shut down without reading") {
    const UniqueFd client = connect();
    send(client.get(), "tail");
    send_unread(client.get(), "unread\n");
    last->shut_down(false, Reason::shutdown);
    round();
    CHECK(messages() == Texts{"tail/shutdown"});
    CHECK(test::recv_line(client.get()) == "250 ok #1\r\n");
    ::shutdown(client.get(), SHUT_WR);
    await("closed", 1);
    CHECK(closing()["discarded"] == 7);
}

TEST_CASE_FIXTURE(SmallDaemon, "end: abandoned, it is closed at once") {
    const UniqueFd client = connect();
    send(client.get(), "one\n");
    last->shut_down(true, Reason::shutdown);
    last->abandon();
    await("closed", 1);
    await([&] { return context->connections.size() == 0; });
}

TEST_CASE_FIXTURE(SmallDaemon, "end: abandoned, it leaves nothing of what it held back") {
    const UniqueFd client = connect();
    send(client.get(), "\x16\x03");  // the beginning of a TLS handshake
    REQUIRE(context->held_inputs.size() == 1);
    last->abandon();
    CHECK(context->held_inputs.empty());
    await("closed", 1);
}

TEST_CASE_FIXTURE(SmallDaemon, "end: a peer that never takes its last words is not waited for") {
    const UniqueFd client = connect({}, {}, 4096);
    test::send_until_full(server_end);
    faults::Script script;
    script.fail(Call::send, EAGAIN, {.fd = server_end});  // not even for a short line
    send(client.get(), "one\nbye\n");
    round();
    pass(29s);
    CHECK(sink->count("closed") == 0);
    pass(1100ms);
    await("closed", 1);
    CHECK(closing()["reason"] == "bye");
    await([&] { return context->connections.size() == 0; });
}

TEST_CASE_FIXTURE(SmallDaemon,
                  "end: one that goes while its answers are owed is buried after them") {
    UniqueFd client = connect();
    round();
    refuse_records();
    send(client.get(), "one\n");
    test::reset_connection(client);
    pass(2s);
    CHECK(sink->count("message") == 1);
    take_records();
    await("closed", 1);
    CHECK(closing()["messages"] == 1);
    await([&] { return context->connections.size() == 0 && context->replies.empty(); });
}
