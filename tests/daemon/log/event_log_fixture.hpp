// An event log whose sinks do what a test says, on a clock that a test moves.
#pragma once

#include "daemon/log/event_log.hpp"
#include "tests/common/record/records.hpp"
#include "tests/daemon/log/scripted_sink.hpp"
#include "tests/support/manual_clock.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hark::test {

struct EventLogFixture {
    explicit EventLogFixture(int emergency = -1)
        : log{loop,
              {&progress, [](void* count) noexcept { ++*static_cast<unsigned*>(count); }},
              emergency} {}

    [[nodiscard]] std::unique_ptr<ScriptedSink> make(std::string name) {
        return std::make_unique<ScriptedSink>(log.on_sink_ready(), std::move(name));
    }
    ScriptedSink& add(std::string name) {
        auto sink = make(std::move(name));
        ScriptedSink& added = *sink;
        log.add(std::move(sink));
        return added;
    }
    // Removes `leaving`, and adds `coming` unless it is null.
    void replace(const std::string& leaving, std::unique_ptr<ScriptedSink> coming) {
        std::vector<std::unique_ptr<Sink>> sinks;
        if (coming != nullptr) sinks.push_back(std::move(coming));
        log.replace({&leaving, 1}, std::move(sinks));
        round();
    }
    void append(unsigned count = 1) {
        const MessageRecord message{"hello"};
        for (; count > 0; --count) log.append(message.record());
    }
    void round() { loop.run_once({}); }
    // One millisecond at a time.
    void pass(Duration time) {
        for (; time > Duration{}; time -= std::chrono::milliseconds{1}) {
            clock.advance(std::chrono::milliseconds{1});
            round();
        }
    }

    ManualClock clock;
    EventLoop loop{clock};
    unsigned progress = 0;
    EventLog log;
};

}  // namespace hark::test
