#include "daemon/log/diagnostics.hpp"
#include "daemon/log/event_log.hpp"
#include "tests/daemon/log/scripted_sink.hpp"
#include "tests/support/manual_clock.hpp"

#include <doctest/doctest.h>

using namespace hark;

TEST_CASE("diagnostics become records") {
    test::ManualClock clock;
    EventLoop loop{clock};
    EventLog log{loop, {nullptr, [](void*) noexcept {}}, -1};
    auto owned = std::make_unique<test::ScriptedSink>(log.on_sink_ready());
    const test::ScriptedSink& sink = *owned;
    log.add(std::move(owned));

    Diagnostics diagnostics{log};
    diagnostics.info("read {} lines", 3);
    diagnostics.warn("a \"quoted\" word\n");
    diagnostics.error("no {}", "luck");
    diagnostics.debug("is not said");
    REQUIRE(sink.records.size() == 3);
    CHECK(log.appended() == 3);
    for (const auto& record : sink.records) {
        CHECK(record["event"] == "diagnostic");
        CHECK_FALSE(record.contains("conn"));
    }
    CHECK(sink.records[0]["level"] == "info");
    CHECK(sink.records[0]["text"] == "read 3 lines");
    CHECK(sink.records[1]["level"] == "warning");
    CHECK(sink.records[1]["text"] == "a \"quoted\" word\n");
    CHECK(sink.records[2]["level"] == "error");
    CHECK(sink.records[2]["text"] == "no luck");
    CHECK(log.stored() == 0);
    loop.run_once({});
    CHECK(log.stored() == 3);
}
