#include "tests/daemon/log/event_log_fixture.hpp"
#include "tests/support/sockets.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

using namespace hark;
using namespace std::chrono_literals;
using test::EventLogFixture;
using test::ScriptedSink;

TEST_CASE_FIXTURE(EventLogFixture,
                  "event log: records are numbered, and stored at the end of the round") {
    const ScriptedSink& sink = add("one");
    CHECK(log.accepting());
    append(3);
    CHECK(log.appended() == 3);
    CHECK(log.stored() == 0);
    CHECK(sink.commits == 0);
    round();
    CHECK(log.stored() == 3);
    CHECK(sink.commits == 1);
    CHECK(progress == 1);
    round();
    CHECK(sink.commits == 1);
    append();
    log.write();
    CHECK(log.stored() == 4);
    round();
    CHECK(progress == 2);
    CHECK(log.stored() == 4);
}

TEST_CASE_FIXTURE(EventLogFixture, "event log: a record is stored when the last sink has it") {
    add("one");
    ScriptedSink& slow = add("two");
    slow.state = SinkState::busy;
    slow.stores = 1;
    append(3);
    round();
    CHECK(log.stored() == 1);
    CHECK(log.accepting());  // what is on its way does not stop the reading
    slow.state = SinkState::clear;
    slow.say();
    round();
    CHECK(log.stored() == 3);
}

TEST_CASE_FIXTURE(EventLogFixture, "event log: a failure stops the reading, and is told once") {
    ScriptedSink& good = add("file:/good");
    ScriptedSink& bad = add("file:/bad");
    bad.state = SinkState::refusing;
    append(2);
    round();
    CHECK_FALSE(log.accepting());
    CHECK(log.stored() == 0);
    CHECK(log.trouble() == "No space left on device");
    CHECK(progress == 1);
    pass(5s);
    REQUIRE(good.count("paused") == 1);
    CHECK(good.records[2]["sink"] == "file:/bad");
    CHECK(good.records[2]["reason"] == "No space left on device");
    CHECK(good.count("resumed") == 0);

    bad.state = SinkState::clear;
    pass(1100ms);
    CHECK(log.accepting());
    CHECK(log.stored() == log.appended());
    for (const ScriptedSink* sink : {&good, &bad}) {
        CHECK(sink->count("paused") == 1);
        REQUIRE(sink->count("resumed") == 1);
        CHECK(sink->records[3]["sink"] == "file:/bad");
        const auto seconds = sink->records[3]["seconds"].get<double>();
        CHECK(seconds >= 5.0);
        CHECK(seconds < 6.1);
    }
    pass(3s);
    CHECK(good.records.size() == 4);

    bad.state = SinkState::refusing;
    append();
    pass(10ms);
    CHECK(good.count("paused") == 2);
}

TEST_CASE_FIXTURE(EventLogFixture,
                  "event log: a reader slow for less than a second is nobody's news") {
    ScriptedSink& slow = add("console");
    slow.state = SinkState::blocked;
    append();
    round();
    CHECK_FALSE(log.accepting());
    CHECK(log.trouble() == "its reader is slow");
    pass(900ms);
    slow.state = SinkState::clear;
    slow.say();
    round();
    CHECK(log.accepting());
    CHECK(slow.records.size() == 1);

    slow.state = SinkState::blocked;
    append();
    pass(2100ms);
    CHECK(slow.count("paused") == 1);
    slow.state = SinkState::clear;
    slow.say();
    round();
    round();
    REQUIRE(slow.count("resumed") == 1);
    CHECK(slow.records[2]["reason"] == "its reader is slow");
    CHECK(slow.records[3]["seconds"].get<double>() >= 2.0);
}

TEST_CASE_FIXTURE(EventLogFixture, "event log: who is slow without end is told ever more rarely") {
    ScriptedSink& slow = add("journal");
    const auto be_slow_for = [&](Duration time) {
        slow.state = SinkState::blocked;
        append();
        pass(time);
        slow.state = SinkState::clear;
        slow.say();
        pass(10ms);
    };
    // Which pauses are recorded, if each is twice as long as the last.
    for (const Duration time : {1500ms, 3000ms, 6000ms}) be_slow_for(time);
    CHECK(slow.count("paused") == 3);
    for (int count = 0; count < 5; ++count) be_slow_for(6000ms);
    CHECK(slow.count("paused") == 3);
    // A failure is recorded at once.
    slow.state = SinkState::refusing;
    append();
    pass(10ms);
    CHECK(slow.count("paused") == 4);
    slow.state = SinkState::clear;
    pass(1s);
    // After a minute patience begins anew...
    pass(61s);
    be_slow_for(1500ms);
    CHECK(slow.count("paused") == 5);
    // ...so that five minutes of pauses add five pairs at most.
    const TimePoint end = loop.now() + 300s;
    while (loop.now() < end) be_slow_for(1500ms);
    CHECK(slow.count("paused") > 7);
    CHECK(slow.count("paused") <= 10);
    CHECK(slow.count("resumed") == slow.count("paused"));
    // No patience is longer than a minute.
    for (const Duration time : {3s, 6s, 12s, 24s, 48s, 90s, 90s, 90s}) be_slow_for(time);
    CHECK(slow.count("paused") > 15);
}

TEST_CASE_FIXTURE(EventLogFixture,
                  "event log: a sink that refuses is tried at least once a second") {
    ScriptedSink& bad = add("one");
    bad.state = SinkState::refusing;
    append();
    round();
    unsigned in_first_second = 0;
    for (int second = 0; second < 20; ++second) {
        const auto before = bad.commits;
        pass(1003ms);  // a timer may be two milliseconds late
        CHECK(bad.commits > before);
        if (second == 0) in_first_second = bad.commits - before;
        if (second > 2) CHECK(bad.commits - before <= 2);
    }
    CHECK(in_first_second > 2);
    // While no time passes, it is left alone.
    const auto before = bad.commits;
    for (int count = 0; count < 10; ++count) round();
    CHECK(bad.commits == before);
}

TEST_CASE_FIXTURE(EventLogFixture, "event log: given up, a sink is not tried again") {
    ScriptedSink& good = add("one");
    ScriptedSink& bad = add("two");
    bad.state = SinkState::refusing;
    append();
    round();
    log.give_up();
    const auto before = bad.commits;
    bad.state = SinkState::clear;
    append();
    pass(3s);
    CHECK(bad.commits == before);
    CHECK(good.records.size() == good.stored());
    CHECK(log.stored() == 0);
}

TEST_CASE_FIXTURE(EventLogFixture, "event log: how much waits") {
    add("one");
    ScriptedSink& sink = add("two");
    CHECK_FALSE(log.write_is_due());
    sink.holds = 256 << 10;
    CHECK(log.write_is_due());
    sink.holds = 1 << 20;
    CHECK_FALSE(log.overfull());
    sink.state = SinkState::refusing;
    append();
    round();
    CHECK(log.overfull());
    // What is on its way to the disk is bounded, too.
    sink.state = SinkState::busy;
    append();
    round();
    CHECK(log.accepting());
    sink.holds = 4 << 20;
    append();
    round();
    CHECK_FALSE(log.accepting());
    sink.holds = 0;
    sink.say();
    round();
    CHECK(log.accepting());
}

TEST_CASE("event log: where no sink can say it, one line goes past the log") {
    int fds[2];
    REQUIRE(::pipe2(fds, O_CLOEXEC | O_NONBLOCK) == 0);
    const UniqueFd out{fds[0]};
    const UniqueFd in{fds[1]};
    EventLogFixture fixture{in.get()};
    ScriptedSink& one = fixture.add("file:/one");
    ScriptedSink& two = fixture.add("file:/two");
    const auto said = [&] {
        std::string text(4096, '\0');
        const auto count = ::read(out.get(), text.data(), text.size());
        text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
        return text;
    };
    one.state = SinkState::refusing;
    fixture.append();
    fixture.pass(10ms);
    CHECK(said() == "");  // the other can say it
    two.state = SinkState::refusing;
    fixture.append();
    fixture.pass(3s);
    CHECK(said() ==
          "harkd: file:/two does not take records (No space left on device): reading is paused\n");
    fixture.log.say_in_emergency("reload refused: why");
    CHECK(said() == "harkd: reload refused: why\n");
    one.state = SinkState::clear;
    fixture.pass(2s);
    fixture.log.say_in_emergency("one of them can show it");
    CHECK(said() == "");
}
