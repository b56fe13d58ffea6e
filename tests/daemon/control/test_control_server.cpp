// Which clients there are, and whose turn it is.
#include "tests/daemon/control/control_fixture.hpp"

#include <algorithm>

using namespace hark;
using namespace std::chrono_literals;
using faults::Call;
using test::call;
using test::ControlFixture;
using test::Json;
using test::STATUS;

TEST_CASE_FIXTURE(ControlFixture, "control: the owner hears who calls what") {
    CHECK(ask(call(STATUS)).error.empty());
    CHECK(calls == std::vector<std::string>{STATUS});
    CHECK(caller.uid == ::geteuid());
    CHECK(caller.pid == ::getpid());
    CHECK(caller.access == Access::full);
}

TEST_CASE_FIXTURE(ControlFixture, "control: its mode says who may connect") {
    // What those that connect may do is tested in test_access.cpp.
    struct stat status {};
    CHECK(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0660);
    server->open_to_everyone(true);
    CHECK(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0666);
    server->open_to_everyone(false);
    CHECK(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0660);
}

TEST_CASE_FIXTURE(ControlFixture, "control: one call is worked on in a round, in their order") {
    std::vector<UniqueFd> clients;
    for (int count = 0; count < 20; ++count) clients.push_back(control());
    for (std::size_t each = 0; each < clients.size(); ++each) {
        test::send_all(clients[each].get(),
                       call("org.harkd.Kick", {{"client", each}}) + call(STATUS));
    }
    std::size_t before = 0;
    await([&] {
        CHECK(calls.size() - before <= 1);
        before = calls.size();
        return calls.size() == 40;
    });
    // Everybody's first call comes before anybody's second.
    CHECK(std::count(calls.begin(), calls.begin() + 20, "org.harkd.Kick") == 20);
}

TEST_CASE_FIXTURE(ControlFixture, "control: 64 places, and the idlest gives up his") {
    std::vector<UniqueFd> clients;
    for (int count = 0; count < 64; ++count) {
        clients.push_back(control());
        pass(1s);
    }
    // The oldest has just asked something.
    CHECK(ask(clients[0].get(), call(STATUS)).error.empty());
    const UniqueFd newcomer = control();
    CHECK(is_closed(clients[1].get()));
    CHECK(ask(newcomer.get(), call(STATUS)).error.empty());
    for (const std::size_t each : {0U, 2U, 63U}) {
        CHECK(ask(clients[each].get(), call(STATUS)).error.empty());
    }
}

TEST_CASE_FIXTURE(ControlFixture, "control: a thousand that come at once") {
    std::vector<UniqueFd> clients;
    for (int count = 0; count < 1000; ++count) clients.push_back(control());
    rounds(3);
    std::size_t open = 0;
    for (const UniqueFd& client : clients) open += test::poll_for(client.get(), POLLIN, 0) == 0;
    CHECK(open == 64);
    CHECK(ask(clients.back().get(), call(STATUS)).error.empty());
}

TEST_CASE_FIXTURE(ControlFixture, "control: streams give up no place") {
    std::vector<UniqueFd> tails;
    for (int count = 0; count < 32; ++count) tails.push_back(tail());
    const UniqueFd one_more = control();
    const auto refused = ask(one_more.get(), call("org.harkd.Tail", Json::object(), true));
    CHECK(refused.error == "org.harkd.TooMany");
    CHECK(refused.parameters == Json{{"limit", 32}});
    std::vector<UniqueFd> clients;
    for (int count = 0; count < 100; ++count) clients.push_back(control());
    rounds(3);
    for (const UniqueFd& stream : tails) CHECK(test::poll_for(stream.get(), POLLIN, 0) == 0);
    tails.pop_back();
    rounds(3);
    CHECK(tail());
}

TEST_CASE_FIXTURE(ControlFixture, "control: with no descriptors left it rests, and comes back") {
    const UniqueFd before = control();
    faults::Script script;
    script.fail(Call::accept, EMFILE);
    const UniqueFd client = test::unix_client(path);
    test::send_all(client.get(), call(STATUS));
    for (int count = 0; count < 50; ++count) round();
    CHECK(script.struck(Call::accept) == 1);
    // Clients that are connected already are served meanwhile.
    CHECK(ask(before.get(), call(STATUS)).error.empty());
    script.heal();
    pass(110ms);
    CHECK(reply(client.get()).error.empty());
}

TEST_CASE_FIXTURE(ControlFixture, "control: one that cannot be watched is not let in") {
    {
        faults::Script script;
        script.fail(Call::epoll_add, ENOSPC, {.times = 1});
        const UniqueFd client = test::unix_client(path);
        CHECK(is_closed(client.get()));
    }
    CHECK(ask(call(STATUS)).error.empty());
}

TEST_CASE_FIXTURE(ControlFixture, "control: it ends in the middle of everything") {
    const UniqueFd stream = tail();
    const UniqueFd half = control();
    test::send_all(half.get(), "{");
    const UniqueFd waiting = control();
    test::send_all(waiting.get(), call(STATUS) + call(STATUS));
    std::vector<UniqueFd> peers;
    for (int count = 0; count < 250; ++count) peers.push_back(connect());
    const UniqueFd caller_of_all = control();
    test::send_all(caller_of_all.get(), call("org.harkd.Broadcast", {{"text", "hello"}}));
    round();
    server.reset();
    record("nobody sees it");
    rounds(3);
    CHECK(::access(path.c_str(), F_OK) != 0);
}
