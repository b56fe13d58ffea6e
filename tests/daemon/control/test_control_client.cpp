// One control client: calls one after the other, and bounds.
#include "tests/daemon/control/control_fixture.hpp"

using namespace hark;
using namespace std::chrono_literals;
using namespace std::string_view_literals;
using faults::Call;
using test::call;
using test::ControlFixture;
using test::Json;
using test::oneway;
using test::STATUS;

namespace {

struct Limits : ControlFixture {
    // Sends `size` braces, as long as the daemon takes them.
    void flood(int client, std::size_t size) {
        const std::string braces(4096, '{');
        for (std::size_t sent = 0; sent < size;) {
            const ssize_t count =
                ::send(client, braces.data(), braces.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
            if (count > 0) {
                sent += static_cast<std::size_t>(count);
            } else if (errno == EAGAIN) {
                round();
            } else {
                return;
            }
        }
        FAIL("all of it was taken");
    }
};

}  // namespace

TEST_CASE_FIXTURE(ControlFixture, "control client: a call that comes byte by byte") {
    const UniqueFd client = control();
    const std::string bytes = call(STATUS);
    for (const char byte : bytes) {
        CHECK(test::poll_for(client.get(), POLLIN, 0) == 0);
        test::send_all(client.get(), {&byte, 1});
        rounds(2);
    }
    CHECK(reply(client.get()).parameters["version"] == "test");
}

TEST_CASE_FIXTURE(ControlFixture, "control client: calls in one go are answered in their order") {
    const UniqueFd client = control();
    std::string bytes;
    for (int number = 1; number <= 50; ++number) {
        bytes += call("org.harkd.Kick", {{"client", number}});
        bytes += oneway("org.harkd.Kick", {{"client", 1000 + number}});
    }
    test::send_all(client.get(), bytes);
    const auto all = replies(client.get(), 50);
    for (std::uint64_t number = 1; number <= 50; ++number) {
        CHECK(all[number - 1].error == "org.harkd.NoSuchClient");
        CHECK(all[number - 1].parameters["client"] == number);
    }
    await([&] { return calls.size() == 100; });
}

TEST_CASE_FIXTURE(ControlFixture, "control client: the next call is read when one is answered") {
    const UniqueFd client = control();
    test::send_all(client.get(), call(STATUS));
    const faults::Script script;
    await([&] { return calls.size() == 1; });
    test::send_all(client.get(), call(STATUS));
    CHECK(replies(client.get(), 2).size() == 2);
    CHECK(script.calls(Call::recv) <= 3);
}

TEST_CASE_FIXTURE(ControlFixture, "control client: who has closed his side is answered, and gone") {
    const UniqueFd client = control();
    test::send_all(client.get(), call(STATUS) + call(STATUS));
    ::shutdown(client.get(), SHUT_WR);
    CHECK(replies(client.get(), 2).size() == 2);
    CHECK(is_closed(client.get()));
}

TEST_CASE_FIXTURE(ControlFixture, "control client: a oneway call counts although its caller goes") {
    UniqueFd client = control();
    std::string bytes;
    for (int count = 0; count < 5; ++count) bytes += oneway("org.harkd.Reload");
    test::send_all(client.get(), bytes);
    client.reset();
    await([&] { return reloads == 5; });
}

TEST_CASE_FIXTURE(ControlFixture, "control client: what is no Varlink is told, and over") {
    for (const auto nonsense :
         {"\0"sv, "GET / HTTP/1.1\r\n\r\n\0"sv, "[]\0"sv, "{}\0"sv, "{\"method\":1}\0"sv,
          "{\"method\":\"org.harkd.Status\",\"parameters\":[]}\0"sv,
          "{\"method\":\"org.harkd.Status\",\"more\":1}\0"sv, "{\"method\":\"a\xFF\"}\0"sv,
          "{{{{{{{{\0"sv}) {
        CAPTURE(nonsense);
        const UniqueFd client = control();
        // What follows is ignored.
        test::send_all(client.get(), std::string{nonsense} + call(STATUS));
        const auto answer = reply(client.get());
        CHECK(answer.error == varlink::INVALID_PARAMETER);
        CHECK(answer.parameters["parameter"] == "method");
        CHECK(is_closed(client.get()));
    }
    CHECK(calls.empty());
}

TEST_CASE_FIXTURE(Limits, "control client: a call without an end is cut off") {
    const UniqueFd client = control();
    flood(client.get(), 1 << 20);
    // Others do not notice.
    CHECK(ask(call(STATUS)).error.empty());
}

TEST_CASE_FIXTURE(ControlFixture, "control client: a call may have 64 KiB") {
    const UniqueFd client = control();
    std::string bytes = call("org.harkd.Say", {{"client", 9}, {"text", std::string(60'000, 'x')}});
    // It is read, and is longer than anything that can be said.
    CHECK(ask(client.get(), bytes).error == varlink::INVALID_PARAMETER);
    bytes = call("org.harkd.Say", {{"client", 9}, {"text", std::string(90'000, 'x')}});
    test::send_all(client.get(), bytes);
    CHECK(is_closed(client.get()));
}

TEST_CASE_FIXTURE(ControlFixture, "control client: half a call is waited for 30 seconds") {
    const UniqueFd half = control();
    const UniqueFd idle = control();
    test::send_all(half.get(), "{\"method\":");
    rounds(3);
    // Another byte now and then does not buy more time.
    for (int count = 0; count < 14; ++count) {
        pass(2s);
        test::send_all(half.get(), " ");
        round();
    }
    CHECK(test::poll_for(half.get(), POLLIN, 0) == 0);
    pass(2100ms);
    CHECK(is_closed(half.get()));
    pass(1h);
    CHECK(ask(idle.get(), call(STATUS)).error.empty());
}

TEST_CASE_FIXTURE(ControlFixture, "control client: a call that becomes whole in time is no half") {
    const UniqueFd client = control();
    const std::string bytes = call(STATUS);
    for (int count = 0; count < 3; ++count) {
        test::send_all(client.get(), bytes.substr(0, 7));
        rounds(2);
        pass(20s);
        CHECK(ask(client.get(), bytes.substr(7)).error.empty());
    }
}

TEST_CASE_FIXTURE(ControlFixture, "control client: an answer that is not read is waited for, too") {
    const UniqueFd client = control();
    std::string bytes;
    const std::string each =
        call("org.varlink.service.GetInterfaceDescription", {{"interface", "org.harkd"}});
    for (int count = 0; count < 500; ++count) bytes += each;
    // Nobody reads: the replies fill the socket, and no further call is taken.
    test::set_blocking(client.get(), false);
    static_cast<void>(::send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
    rounds(300);
    const std::size_t answered = calls.size();
    CHECK(answered < 500);
    rounds(50);
    CHECK(calls.size() == answered);
    pass(29s);
    CHECK(context->loop.now() > TimePoint{});
    CHECK(calls.size() == answered);
    pass(1100ms);
    // It is closed: what was sent can still be read, followed by the end.
    std::string read;
    char part[65536];
    ssize_t count = 0;
    while ((count = ::recv(client.get(), part, sizeof part, MSG_DONTWAIT)) > 0) {
        read.append(part, static_cast<std::size_t>(count));
    }
    // The calls that it had not taken make that a reset.
    CHECK((count == 0 || errno == ECONNRESET));
    CHECK(read.size() > 100'000);
}

TEST_CASE_FIXTURE(ControlFixture, "control client: a short send goes on when there is room") {
    const UniqueFd client = control();
    faults::Script script;
    script.shorten(Call::send, 3, {.times = 4});
    script.fail(Call::send, EAGAIN, {.times = 1});
    const auto answer = ask(client.get(), call("org.varlink.service.GetInfo"));
    CHECK(answer.parameters["product"] == "harkd");
    CHECK(script.struck(Call::send) == 5);
}

TEST_CASE_FIXTURE(ControlFixture, "control client: errors on its socket end it, and nothing else") {
    struct Case {
        Call call;
        int error;
    };
    for (const Case& each : {Case{Call::recv, ECONNRESET}, Case{Call::send, EPIPE}}) {
        const UniqueFd client = control();
        faults::Script script;
        script.fail(each.call, each.error, {.times = 1});
        test::send_all(client.get(), call(STATUS));
        await([&] { return script.struck(each.call) == 1; });
        CHECK(is_closed(client.get()));
    }
    CHECK(ask(call(STATUS)).error.empty());
}

TEST_CASE_FIXTURE(ControlFixture,
                  "control client: nothing costs a call of the loop while it waits") {
    const UniqueFd client = control();
    const UniqueFd stream = tail();
    test::send_all(stream.get(), "what a stream's reader says is not looked at");
    ::shutdown(stream.get(), SHUT_WR);
    rounds(5);
    const faults::Script script;
    rounds(100);
    CHECK(script.calls(Call::recv) == 0);
    CHECK(script.calls(Call::send) == 0);
}
