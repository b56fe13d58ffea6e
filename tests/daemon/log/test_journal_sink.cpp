#include "daemon/log/journal_sink.hpp"
#include "tests/common/record/records.hpp"
#include "tests/support/faults.hpp"
#include "tests/support/journal.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run_until.hpp"
#include "tests/support/temporary_folder.hpp"

#include <memory>

#include <doctest/doctest.h>

using namespace hark;
using faults::Call;
using test::FakeJournal;
using test::MessageRecord;

namespace {

struct JournalSinkTest {
    JournalSinkTest() : sink{open()} {}

    [[nodiscard]] std::unique_ptr<JournalSink> open(std::size_t deep = JournalSink::DEEP) {
        return std::make_unique<JournalSink>(
            loop,
            Callback<void()>{&ready,
                             [](void* count) noexcept { ++*static_cast<unsigned*>(count); }},
            "5f3a9c01", path, deep);
    }
    void append(std::uint64_t number, std::string_view text = "x") const {
        const MessageRecord message{text, number};
        sink->append(message.record());
    }
    // Messages from 1 on until the journal's queue is full; returns how many.
    std::uint64_t fill() const {
        std::uint64_t number = 0;
        do {
            REQUIRE(number < 100'000);
            append(++number);
        } while (sink->commit() == SinkState::clear);
        return number;
    }

    test::TemporaryFolder folder;
    std::string path = folder / "socket";
    test::ManualClock clock;
    EventLoop loop{clock};
    unsigned ready = 0;
    std::unique_ptr<JournalSink> sink;
};

void check_in_order(const std::vector<test::Entry>& entries, std::uint64_t& next) {
    for (const test::Entry& entry : entries) CHECK(entry.at("HARK_SEQ") == std::to_string(next++));
}

}  // namespace

TEST_CASE_FIXTURE(JournalSinkTest, "journal sink: each record is a datagram, many go in a call") {
    const FakeJournal journal{path};
    faults::Script script;
    for (std::uint64_t number = 1; number <= 100; ++number) append(number);
    CHECK(sink->stored() == 0);
    // How many go in the first call is the kernel's choice (net.unix.max_dgram_qlen).
    static_cast<void>(sink->commit());
    CHECK(sink->stored() > 1);
    CHECK(script.calls(Call::sendmmsg) <= 3);
    std::uint64_t next = 1;
    check_in_order(journal.read_all(), next);
    while (sink->commit() != SinkState::clear) check_in_order(journal.read_all(), next);
    check_in_order(journal.read_all(), next);
    CHECK(next == 101);
    CHECK(sink->stored() == 100);
    CHECK(sink->backlog().held == 0);
}

TEST_CASE_FIXTURE(JournalSinkTest, "journal sink: with nothing to say it does not even connect") {
    CHECK(sink->commit() == SinkState::clear);
}

TEST_CASE_FIXTURE(JournalSinkTest,
                  "journal sink: a journal that is not there is looked for at each try") {
    append(1);
    CHECK(sink->commit() == SinkState::refusing);
    CHECK(sink->error() == ENOENT);
    CHECK(sink->stored() == 0);
    const FakeJournal journal{path};
    append(2);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(sink->stored() == 2);
    CHECK(journal.read_all().size() == 2);
}

TEST_CASE_FIXTURE(JournalSinkTest, "journal sink: what it holds goes on in another process") {
    append(1);
    append(2, "y\nz");
    CHECK(sink->commit() == SinkState::refusing);
    SinkHandover state{};
    sink->hand_over(state);
    CHECK(state.entries.size() == 2);
    sink = open();
    sink->take_over(state);
    const FakeJournal journal{path};
    append(3);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(sink->stored() == 3);
    const auto entries = journal.read_all();
    std::uint64_t next = 1;
    check_in_order(entries, next);
    CHECK(next == 4);
    CHECK(entries.at(1).at("HARK_TEXT") == "y\nz");
}

TEST_CASE_FIXTURE(JournalSinkTest, "journal sink: a full queue blocks until the journal reads") {
    const FakeJournal journal{path};
    const std::uint64_t count = fill();
    CHECK(sink->stored() < count);
    CHECK(sink->backlog().held > 0);
    // The sink is not ready while nobody reads.
    loop.run_once(Duration{});
    CHECK(ready == 0);

    std::uint64_t next = 1;
    while (sink->stored() < count) {
        check_in_order(journal.read_all(), next);
        REQUIRE(test::run_until(loop, [&] { return ready > 0; }));
        ready = 0;
        static_cast<void>(sink->commit());
    }
    check_in_order(journal.read_all(), next);
    CHECK(next == count + 1);
}

TEST_CASE_FIXTURE(JournalSinkTest,
                  "journal sink: what it cannot get rid of it gives away as JSON Lines") {
    std::uint64_t count = 0;
    std::uint64_t stored = 0;
    {
        const FakeJournal journal{path};
        count = fill();
        stored = sink->stored();
    }
    const std::string lines = sink->finish().value();
    CHECK(lines.starts_with(R"({"time":")"));
    std::string_view rest = lines;
    for (std::uint64_t number = stored + 1; number <= count; ++number) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        CHECK(line.find(",\"seq\":" + std::to_string(number) + ",") != std::string_view::npos);
        rest.remove_prefix(line.size() + 1);
    }
    CHECK(rest == "");
    CHECK(sink->stored() == stored);
}

TEST_CASE_FIXTURE(JournalSinkTest,
                  "journal sink: a deep queue that is full is left alone for a while") {
    sink = open(4);
    const FakeJournal journal{path};
    faults::Script script;
    for (std::uint64_t number = 1; number <= 100; ++number) append(number);
    const std::uint64_t count = 100;
    CHECK(sink->commit() == SinkState::blocked);
    const unsigned calls = script.calls(Call::sendmmsg);
    std::uint64_t next = 1;
    check_in_order(journal.read_all(), next);
    // There is room, but the sink does not look yet.
    CHECK(sink->commit() == SinkState::blocked);
    loop.run_once(Duration{});
    CHECK(ready == 0);
    CHECK(script.calls(Call::sendmmsg) == calls);
    clock.advance(std::chrono::milliseconds{1});
    loop.run_once(Duration{});
    CHECK(ready == 1);
    while (sink->commit() != SinkState::clear) {
        clock.advance(std::chrono::milliseconds{1});
        loop.run_once(Duration{});
        check_in_order(journal.read_all(), next);
    }
    check_in_order(journal.read_all(), next);
    CHECK(next == count + 1);
}

TEST_CASE_FIXTURE(JournalSinkTest,
                  "journal sink: what the kernel took of a call is not sent again") {
    const FakeJournal journal{path};
    faults::Script script;
    script.shorten(Call::sendmmsg, 3, {.times = 1});
    script.fail(Call::sendmmsg, EAGAIN, {.times = 1});
    for (std::uint64_t number = 1; number <= 10; ++number) append(number);
    CHECK(sink->commit() == SinkState::blocked);
    CHECK(sink->stored() == 3);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(sink->stored() == 10);
    std::uint64_t next = 1;
    check_in_order(journal.read_all(), next);
    CHECK(next == 11);
}

TEST_CASE_FIXTURE(JournalSinkTest,
                  "journal sink: a new socket in the old one's place is found at once") {
    auto first = std::make_unique<FakeJournal>(path);
    append(1);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(first->read_all().size() == 1);
    first.reset();
    append(2);
    CHECK(sink->commit() == SinkState::refusing);
    CHECK(sink->error() == ECONNREFUSED);
    const FakeJournal second{path};
    CHECK(sink->commit() == SinkState::clear);
    CHECK(second.read_all().size() == 1);
}

TEST_CASE_FIXTURE(JournalSinkTest,
                  "journal sink: a socket replaced between two records loses none") {
    auto journal = std::make_unique<FakeJournal>(path);
    append(1);
    CHECK(sink->commit() == SinkState::clear);
    journal.reset();
    journal = std::make_unique<FakeJournal>(path);
    append(2);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(journal->read_all().size() == 1);
    CHECK(sink->stored() == 2);
}

TEST_CASE_FIXTURE(JournalSinkTest, "journal sink: the end of a journal that blocked is heard") {
    auto journal = std::make_unique<FakeJournal>(path);
    const std::uint64_t count = fill();
    journal.reset();
    REQUIRE(test::run_until(loop, [&] { return ready > 0; }));
    CHECK(sink->commit() == SinkState::refusing);
    // No descriptor is left that reports endlessly.
    ready = 0;
    loop.run_once(Duration{});
    CHECK(ready == 0);
    // Small enough to go at once.
    const FakeJournal second{path};
    while (sink->commit() != SinkState::clear) {
        static_cast<void>(second.read_all());
    }
    CHECK(sink->stored() == count);
}

TEST_CASE_FIXTURE(JournalSinkTest,
                  "journal sink: a large record goes as a sealed file, in its turn") {
    const FakeJournal journal{path};
    const std::string large(100'000, 'y');
    append(1);
    append(2, large);
    append(3);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(sink->stored() == 3);
    CHECK(test::parse_entry(journal.read()->bytes).at("HARK_SEQ") == "1");
    const auto datagram = journal.read();
    REQUIRE(datagram);
    CHECK(datagram->as_file);
    CHECK((datagram->seals & F_SEAL_WRITE) != 0);
    CHECK((datagram->seals & F_SEAL_SHRINK) != 0);
    CHECK(test::parse_entry(datagram->bytes).at("HARK_TEXT") == large);
    CHECK(test::parse_entry(journal.read()->bytes).at("HARK_SEQ") == "3");
}

TEST_CASE_FIXTURE(JournalSinkTest,
                  "journal sink: what the kernel finds too large goes as a file too") {
    const FakeJournal journal{path};
    faults::Script script;
    script.fail(Call::sendmmsg, EMSGSIZE, {.times = 1});
    append(1);
    append(2);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(journal.read()->as_file);
    CHECK_FALSE(journal.read()->as_file);
}

TEST_CASE_FIXTURE(JournalSinkTest, "journal sink: a file that cannot be made or sent stays held") {
    const FakeJournal journal{path};
    faults::Script script;
    append(1, std::string(100'000, 'y'));
    for (const auto& [call, error] : {std::pair{Call::memfd_create, EMFILE},
                                      {Call::write, ENOMEM},
                                      {Call::send_descriptor, ETOOMANYREFS}}) {
        script.fail(call, error, {.times = 1});
        CHECK(sink->commit() == SinkState::refusing);
        CHECK(sink->error() == error);
        CHECK(sink->stored() == 0);
    }
    CHECK(sink->commit() == SinkState::clear);
    CHECK(journal.read_all().size() == 1);
}

TEST_CASE_FIXTURE(JournalSinkTest, "journal sink: a lack of memory is a pause, not an end") {
    const FakeJournal journal{path};
    faults::Script script;
    append(1);
    script.fail(Call::sendmmsg, ENOBUFS, {.times = 1});
    CHECK(sink->commit() == SinkState::refusing);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(journal.read_all().size() == 1);
}
