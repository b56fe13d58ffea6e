#include "daemon/log/make_sink.hpp"
#include "tests/common/record/records.hpp"
#include "tests/support/faults.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/temporary_folder.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace hark;

namespace {

struct MakeSinkFixture {
    void nothing() noexcept {}

    test::ManualClock clock;
    EventLoop loop{clock};
    EventLog log{loop, method<&MakeSinkFixture::nothing>(*this), -1};
    test::TemporaryFolder folder;
    SinkConfig file{.kind = SinkConfig::Kind::file, .path = folder / "log.jsonl"};
};

}  // namespace

TEST_CASE_FIXTURE(MakeSinkFixture, "sinks: each is made, and is called as it is configured") {
    std::vector<SinkConfig> configs{{.kind = SinkConfig::Kind::console},
                                    {.kind = SinkConfig::Kind::json},
                                    {.kind = SinkConfig::Kind::journal},
                                    file};
    std::vector<std::string> names;
    for (const SinkConfig& config : configs) {
        log.add(make_sink(config, log, "5f3a9c01"));
        names.push_back(config.name());
    }
    CHECK(names == std::vector<std::string>{"console", "json", "journal", "file:" + file.path});
    const std::vector<SinkHealth> made = log.sinks();
    REQUIRE(made.size() == names.size());
    for (std::size_t i = 0; i < made.size(); ++i) CHECK(made[i].name == names[i]);
    CHECK(find_sink(configs, "file:" + file.path) == &configs.back());
    CHECK(find_sink(configs, "file:/elsewhere") == nullptr);
}

TEST_CASE_FIXTURE(MakeSinkFixture, "sinks: a file has its path, its run and its options") {
    file.sync = true;
    const auto sink = make_sink(file, log, "5f3a9c01");
    const test::MessageRecord message{"hello", 1};
    sink->append(message.record());
    const faults::Script script;
    const SinkState state = sink->commit();
    // Synced in place if there is no asynchronous I/O.
    CHECK((state == SinkState::busy || script.calls(faults::Call::fdatasync) == 1));
    CHECK(test::file_text(file.path).find(R"("run":"5f3a9c01")") != std::string::npos);
}

TEST_CASE_FIXTURE(MakeSinkFixture, "sinks: one that cannot be opened is an error") {
    file.path = folder / "missing/log.jsonl";
    CHECK_THROWS_WITH(static_cast<void>(make_sink(file, log, "5f3a9c01")),
                      ("cannot open " + file.path + ": No such file or directory").c_str());
}
