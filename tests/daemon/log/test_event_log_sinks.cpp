// Adding, removing and replacing sinks, and sinks that are gone.
#include "tests/daemon/log/event_log_fixture.hpp"

#include <stdexcept>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;
using test::EventLogFixture;
using test::ScriptedSink;

TEST_CASE_FIXTURE(EventLogFixture, "event log: a sink that is added counts from its beginning") {
    add("one");
    append(5);
    round();
    ScriptedSink& later = add("two");
    append(2);
    later.state = SinkState::refusing;
    later.stores = 1;
    round();
    CHECK(log.stored() == 6);
    CHECK(log.find("two") == &later);
    CHECK(log.find("three") == nullptr);
}

TEST_CASE_FIXTURE(EventLogFixture,
                  "event log: the trouble is that of the sink that stops reading") {
    add("behind").state = SinkState::busy;
    add("full").state = SinkState::refusing;
    append();
    round();
    CHECK(log.trouble() == "No space left on device");
}

TEST_CASE_FIXTURE(EventLogFixture,
                  "event log: a sink that leaves while another stays holds up nobody") {
    add("one");
    add("two").state = SinkState::refusing;
    append(2);
    round();
    CHECK_FALSE(log.accepting());
    replace("two", nullptr);
    CHECK(log.find("two") == nullptr);
    CHECK(log.stored() == log.appended());
    CHECK(log.accepting());
}

TEST_CASE_FIXTURE(EventLogFixture, "event log: what a sink that leaves holds is adopted") {
    ScriptedSink& old = add("old");
    append(3);
    old.state = SinkState::refusing;
    old.stores = 1;
    old.gives = "two\nthree\n";
    auto sink = make("new");
    ScriptedSink& heir = *sink;
    heir.can_adopt = true;
    heir.state = SinkState::refusing;
    heir.stores = 1;
    replace("old", std::move(sink));
    CHECK(heir.adopted == "two\nthree\n");
    CHECK(log.stored() == 2);
    heir.state = SinkState::clear;
    append();
    round();
    round();
    CHECK(log.stored() == log.appended());
}

TEST_CASE_FIXTURE(EventLogFixture,
                  "event log: a sink whose records nobody can adopt does not leave") {
    add("old").state = SinkState::refusing;
    append(3);
    CHECK_THROWS(replace("old", make("new")));
    CHECK(log.find("old") != nullptr);
    CHECK(log.stored() == 0);
}

TEST_CASE_FIXTURE(EventLogFixture,
                  "event log: what cannot be given away is not stored by leaving") {
    // Like a console's lines, which are not JSON.
    add("console").state = SinkState::refusing;
    append(3);
    auto sink = make("file:/new");
    sink->can_adopt = true;
    try {
        replace("console", std::move(sink));
    } catch (const std::runtime_error&) {
        CHECK(log.find("console") != nullptr);
    }
    round();
    CHECK(log.stored() == 0);
}

TEST_CASE_FIXTURE(EventLogFixture,
                  "event log: a sink that is gone is dropped where another remains") {
    ScriptedSink& good = add("file:/good");
    ScriptedSink& console = add("console");
    append();
    round();
    console.state = SinkState::gone;
    console.fails_with = EPIPE;
    append();
    round();
    round();
    CHECK(log.find("console") == nullptr);
    CHECK(log.accepting());
    CHECK(log.stored() == log.appended());
    REQUIRE(good.count("diagnostic") == 1);
    CHECK(good.records.back()["level"] == "warning");
    CHECK(good.records.back()["text"] == "console is gone (Broken pipe) and gets no more records");
    CHECK_FALSE(log.all_gone());

    good.state = SinkState::gone;
    append();
    pass(2s);
    CHECK(log.all_gone());
    CHECK_FALSE(log.accepting());
}

TEST_CASE_FIXTURE(EventLogFixture, "event log: reading does not pause for a sink that is dropped") {
    ScriptedSink& good = add("file:/good");
    ScriptedSink& console = add("console");
    console.state = SinkState::gone;
    append();
    round();
    round();
    CHECK(good.count("diagnostic") == 1);
    CHECK(good.count("paused") == 0);
}

TEST_CASE_FIXTURE(EventLogFixture, "event log: how the sinks are doing") {
    CHECK(log.sinks().empty());
    add("one");
    ScriptedSink& slow = add("two");
    append(5);
    round();
    slow.state = SinkState::refusing;
    slow.stores = 5;
    slow.holds = 1234;
    append(3);
    round();
    pass(2s);
    auto sinks = log.sinks();
    REQUIRE(sinks.size() == 2);
    CHECK(sinks[0].name == "one");
    CHECK(sinks[0].state == SinkState::clear);
    CHECK(sinks[0].reason.empty());
    CHECK(sinks[0].lag == 0);
    CHECK(sinks[0].pauses == 0);
    CHECK_FALSE(sinks[0].paused_for);
    CHECK(sinks[1].name == "two");
    CHECK(sinks[1].state == SinkState::refusing);
    CHECK(sinks[1].reason == "No space left on device");
    CHECK(sinks[1].lag == 4);  // `paused` is one of them
    CHECK(sinks[1].lag_bytes == 1234);
    CHECK(sinks[1].pauses == 1);
    CHECK(sinks[1].paused == 0s);
    CHECK(sinks[1].paused_for == 2s);

    slow.state = SinkState::clear;
    slow.say();
    round();
    sinks = log.sinks();
    CHECK(sinks[1].state == SinkState::clear);
    CHECK(sinks[1].reason.empty());
    CHECK(sinks[1].pauses == 1);
    CHECK(sinks[1].paused == 2s);
    CHECK_FALSE(sinks[1].paused_for);
    round();
    CHECK(log.sinks()[1].lag == 0);
    slow.state = SinkState::refusing;
    slow.stores = slow.stored();
    append();
    round();
    pass(1s);
    CHECK(log.sinks()[1].pauses == 2);
    CHECK(log.sinks()[1].paused == 2s);
    CHECK(log.sinks()[1].paused_for == 1s);
}

TEST_CASE_FIXTURE(EventLogFixture, "event log: a sink's lag counts from its beginning") {
    add("one");
    append(5);
    round();
    ScriptedSink& later = add("two");
    later.state = SinkState::busy;
    append(2);
    round();
    CHECK(log.sinks()[1].state == SinkState::busy);
    CHECK(log.sinks()[1].reason == "the disk has not confirmed it yet");
    CHECK(log.sinks()[1].lag == 2);
}

TEST_CASE_FIXTURE(EventLogFixture, "event log: an observer sees each record, as long as it wants") {
    struct Counter final : hark::RecordObserver {
        void on_record(const hark::Record& record) noexcept override {
            events.emplace_back(name(record.event));
        }
        std::vector<std::string> events;
    };
    Counter counter;
    ScriptedSink& sink = add("one");
    append();
    log.set_observer(&counter);
    append(2);
    sink.state = SinkState::refusing;
    round();
    // Including those that the log makes itself, whatever the sinks do with them.
    CHECK(counter.events == std::vector<std::string>{"message", "message", "paused"});
    log.set_observer(nullptr);
    append();
    round();
    CHECK(counter.events.size() == 3);
}
