// What the service manager does not take at once.
#include "tests/daemon/server/service_fixture.hpp"
#include "tests/support/faults.hpp"

using namespace hark;
using namespace hark::test;
using namespace std::chrono_literals;
using faults::Call;

TEST_CASE_FIXTURE(ServiceFixture, "service manager: what finds no room comes later, in its order") {
    set_watchdog(20s, ::getpid());
    const std::size_t filling = fill();
    start().ready();
    for (int count = 0; count < 5; ++count) pass(10s);  // one watchdog is enough
    for (int count = 0; count < 5; ++count) {           // so is one reload
        service->reloading();
        service->reloaded();
    }
    figures.connections = 1;
    service->changed();
    pass(5003ms);
    service->stopping();
    CHECK(heard_after(filling).empty());
    pass(1003ms);
    Texts texts = heard();
    REQUIRE(texts.size() == 6);
    CHECK(texts[2].starts_with("RELOADING=1\nMONOTONIC_USEC="));
    texts[2].resize(11);
    CHECK(texts == Texts{"READY=1", "WATCHDOG=1", "RELOADING=1", "READY=1", "STOPPING=1",
                         "STATUS=stopping: 1 connection, 0 messages"});
}

TEST_CASE_FIXTURE(ServiceFixture, "service manager: half a reload that was heard is finished") {
    started();
    service->reloading();
    REQUIRE(heard().size() == 1);
    const std::size_t filling = fill();
    service->reloaded();
    service->reloading();
    service->reloaded();
    CHECK(heard_after(filling).empty());
    pass(1003ms);
    const Texts texts = heard();
    REQUIRE(texts.size() == 3);
    CHECK(texts[0] == "READY=1");
    CHECK(texts[1].starts_with("RELOADING=1"));
    CHECK(texts[2] == "READY=1");
}

TEST_CASE_FIXTURE(ServiceFixture,
                  "service manager: it is tried again soon at first, then less often") {
    start();
    const std::size_t filling = fill();
    const faults::Script script;
    service->ready();  // READY, then the status, each tries once
    const auto begun = script.calls(Call::send);
    pass(13ms);
    CHECK(script.calls(Call::send) == begun + 1);
    for (int count = 0; count < 600; ++count) pass(100ms);
    const auto tries = script.calls(Call::send);
    CHECK(tries < begun + 75);
    CHECK(tries > begun + 50);
    CHECK(heard_after(filling).empty());
    pass(1003ms);
    CHECK(heard() == Texts{"READY=1", IDLE});
}

TEST_CASE_FIXTURE(ServiceFixture, "service manager: the newest status alone waits") {
    started();
    const std::size_t filling = fill();
    for (figures.connections = 1; figures.connections < 4; ++figures.connections) {
        service->changed();
        pass(6s);
    }
    CHECK(heard_after(filling).empty());
    pass(1003ms);
    CHECK(heard() == Texts{"STATUS=3 connections, 0 messages, 0 a second"});
}

TEST_CASE_FIXTURE(ServiceFixture, "service manager: one that comes later, or again, is found") {
    SUBCASE("it was not there") {
        manager.reset();
        REQUIRE(::unlink(name.c_str()) == 0);
        start().ready();
        manager = manager_at(name);
    }
    SUBCASE("it went, and another came in its place") {
        started();
        manager.reset();
        REQUIRE(::unlink(name.c_str()) == 0);
        service->ready();
        manager = manager_at(name);
    }
    SUBCASE("the kernel had no memory") {
        faults::Script script;
        script.fail(Call::send, ENOBUFS);
        start().ready();
    }
    for (int count = 0; count < 3; ++count) pass(100ms);
    const Texts texts = heard();
    REQUIRE_FALSE(texts.empty());
    CHECK(texts[0] == "READY=1");
}
