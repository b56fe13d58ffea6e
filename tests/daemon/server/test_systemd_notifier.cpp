#include "tests/daemon/server/service_fixture.hpp"
#include "tests/support/faults.hpp"

using namespace hark;
using namespace hark::test;
using namespace std::chrono_literals;
using faults::Call;

TEST_CASE_FIXTURE(ServiceFixture, "service manager: restarts do not keep the watchdog hungry") {
    set_watchdog(20s, ::getpid());
    start();
    service->ready_again();
    Texts said = heard();
    CHECK(std::erase(said, "WATCHDOG=1") == 1);
    CHECK(said.front() == "READY=1");
    pass(10'003ms);
    CHECK(heard() == Texts{"WATCHDOG=1"});
}

TEST_CASE_FIXTURE(ServiceFixture,
                  "service manager: it hears that the daemon is ready, and how it is") {
    figures.connections = 1;
    start().ready();
    CHECK(heard() == Texts{"READY=1", "STATUS=1 connection, 0 messages, 0 a second"});
}

TEST_CASE_FIXTURE(ServiceFixture, "service manager: the variables are taken") {
    set_watchdog(1s, ::getpid());
    start();
    for (const char* variable : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
        CHECK(std::getenv(variable) == nullptr);
    }
}

TEST_CASE_FIXTURE(ServiceFixture, "service manager: an abstract socket") {
    const std::string abstract = "@hark-test-" + std::to_string(::getpid());
    manager = manager_at(abstract);
    ::setenv("NOTIFY_SOCKET", abstract.c_str(), 1);
    start().ready();
    CHECK(heard() == Texts{"READY=1", IDLE});
}

TEST_CASE_FIXTURE(ServiceFixture,
                  "service manager: without one nothing happens, and no timer runs") {
    const std::string long_path = "/" + std::string(200, 'x');
    for (const char* address : {"", "/", "@", "relative", "vsock:2:1234", long_path.c_str()}) {
        CAPTURE(address);
        ::setenv("NOTIFY_SOCKET", address, 1);
        set_watchdog(20ms, ::getpid());
        const faults::Script script;
        start().ready();
        service->changed();
        service->reloading();
        service->reloaded();
        service->stopping();
        CHECK(script.calls(Call::send) == 0);
        // A timer would end the wait.
        clock.advance(1h);
        const auto began = std::chrono::steady_clock::now();
        loop.run_once(50ms);
        CHECK(std::chrono::steady_clock::now() - began >= 50ms);
        CHECK(script.calls(Call::send) == 0);
    }
}

TEST_CASE_FIXTURE(ServiceFixture, "service manager: a reload is between RELOADING and READY") {
    const auto usec = [] {
        return std::chrono::floor<std::chrono::microseconds>(
                   std::chrono::steady_clock::now().time_since_epoch())
            .count();
    };
    started();
    const auto before = usec();
    service->reloading();
    const auto after = usec();
    const Texts first = heard();
    REQUIRE(first.size() == 1);
    const std::string begin = "RELOADING=1\nMONOTONIC_USEC=";
    REQUIRE(first[0].starts_with(begin));
    const auto at = std::stoll(first[0].substr(begin.size()));
    CHECK(at >= before);
    CHECK(at <= after);
    service->reloaded();
    CHECK(heard() == Texts{"READY=1"});
}

TEST_CASE_FIXTURE(ServiceFixture, "service manager: a stop") {
    started();
    figures = {.connections = 2, .messages = 9, .trouble = {}};
    pass(1ms);
    service->stopping();
    CHECK(heard() == Texts{"STOPPING=1", "STATUS=stopping: 2 connections, 9 messages"});
}

TEST_CASE_FIXTURE(ServiceFixture,
                  "service manager: the status, when it has changed, now and then") {
    started();
    pass(1h);
    CHECK(heard().empty());
    figures = {.connections = 12, .messages = 5, .refused = 3, .trouble = {}};
    service->changed();
    pass(1ms);
    CHECK(heard() == Texts{"STATUS=12 connections, 5 messages, 0 a second, 3 refused"});
    figures.messages = 180;
    for (int count = 0; count < 49; ++count) {
        service->changed();
        pass(100ms);
    }
    CHECK(heard().empty());
    pass(103ms);
    CHECK(heard() == Texts{"STATUS=12 connections, 180 messages, 35 a second, 3 refused"});
    // The rate goes down by itself, and then it is quiet.
    pass(5003ms);
    CHECK(heard() == Texts{"STATUS=12 connections, 180 messages, 0 a second, 3 refused"});
    const faults::Script script;
    for (int count = 0; count < 10; ++count) pass(10s);
    service->changed();
    pass(10s);
    CHECK(heard().empty());
    CHECK(script.calls(Call::send) == 0);
}

TEST_CASE_FIXTURE(ServiceFixture,
                  "service manager: the status says why the log is paused, in one line") {
    figures.trouble = "No space\nleft";
    start().ready();
    const std::string paused = std::string{IDLE} + "; the log is paused: No space\\nleft";
    CHECK(heard() == Texts{"READY=1", paused});
    // Nobody calls changed() when it is over.
    figures.trouble.clear();
    pass(5003ms);
    CHECK(heard() == Texts{IDLE});
}

TEST_CASE_FIXTURE(ServiceFixture, "service manager: the status says why a reload was refused") {
    started();
    figures.trouble = "its reader is slow";
    figures.refusal = "reload was refused: one\ntwo";
    service->changed();
    pass(5003ms);
    CHECK(heard() == Texts{std::string{IDLE} + "; the log is paused: its reader is slow" +
                           "; the last reload was refused: one\\ntwo"});
    figures.trouble.clear();
    figures.refusal.assign(100'000, '\x1b');
    pass(5003ms);
    const Texts cut = heard();
    REQUIRE(cut.size() == 1);
    CHECK(cut[0].size() < 4000);
    CHECK(cut[0].ends_with("\\x1b"));
    figures.refusal.clear();
    service->changed();
    pass(5003ms);
    CHECK(heard() == Texts{IDLE});
}

TEST_CASE_FIXTURE(ServiceFixture, "service manager: the watchdog is fed twice in its time") {
    set_watchdog(20s, ::getpid());
    start();
    pass(60s);
    CHECK(heard().empty());
    service->ready();
    static_cast<void>(heard());
    pass(9900ms);
    CHECK(heard().empty());
    for (int count = 0; count < 3; ++count) {
        pass(10'003ms);
        CHECK(heard() == Texts{"WATCHDOG=1"});
    }
}

TEST_CASE_FIXTURE(ServiceFixture,
                  "service manager: a watchdog that is nobody's or somebody else's") {
    SUBCASE("nobody's: ours") {
        set_watchdog(20s, 0);
        ::unsetenv("WATCHDOG_PID");
        started();
        pass(10'003ms);
        CHECK(heard() == Texts{"WATCHDOG=1"});
    }
    SUBCASE("somebody else's") {
        set_watchdog(20s, ::getppid());
        started();
        pass(60s);
        CHECK(heard().empty());
    }
    SUBCASE("no number") {
        set_watchdog(20s, ::getpid());
        ::setenv("WATCHDOG_USEC", "soon", 1);
        started();
        pass(60s);
        CHECK(heard().empty());
    }
    SUBCASE("more than there is time") {
        set_watchdog(20s, ::getpid());
        ::setenv("WATCHDOG_USEC", "18446744073709551615", 1);
        started();
        pass(60s);
        CHECK(heard().empty());
    }
}
