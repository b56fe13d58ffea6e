// The one way out: every message, every event and every diagnostic goes through here to all sinks.
//
// Records are numbered. append() renders a record into the memory of each sink; at the end of the
// round, once, the sinks are asked to hand on what they hold. A record is stored when the last
// sink has it, and only then may its message be answered.
//
// While a sink cannot take what it holds the log does not accept: the daemon stops reading, so that
// what waits is bounded by what one round can read. It is tried again when the sink says that it
// is ready, and at least once a second. A failure is recorded at once, a slow reader or disk only
// when it holds everybody up for a second; the end is recorded where the beginning was. Whoever is
// slow again and again gets more time each time, up to a minute, so that its pauses do not fill the
// log.
//
// The sources: event_log.cpp (records, and pauses), event_log_sinks.cpp (which sinks there are).
#pragma once

#include "common/loop/event_loop.hpp"
#include "common/record/record.hpp"
#include "daemon/log/sink.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

// How a sink is doing.
struct SinkHealth {
    std::string_view name;
    SinkState state;
    std::string reason;     // empty: it is clear
    std::uint64_t lag = 0;  // records that it has not stored
    std::size_t lag_bytes = 0;
    std::uint64_t pauses = 0;  // that were recorded, the one that lasts among them
    Duration paused{};         // of those that are over
    std::optional<Duration> paused_for;
};

// Looks at every record; what it does must be cheap and can fail nobody.
class RecordObserver {
   public:
    RecordObserver() noexcept = default;
    RecordObserver(const RecordObserver&) = delete;
    RecordObserver& operator=(const RecordObserver&) = delete;
    virtual ~RecordObserver() = default;
    virtual void on_record(const Record& record) noexcept = 0;
};

class EventLog {
   public:
    // `on_progress` is called in Stage::process, and only there, when stored() or accepting() is
    // not as it was told before. `emergency`: a descriptor for one line when no sink is left that
    // could say what is wrong.
    EventLog(EventLoop& loop, Callback<void()> on_progress, int emergency) noexcept;

    // What a sink calls when it is ready again.
    [[nodiscard]] Callback<void()> on_sink_ready() noexcept {
        return method<&EventLog::schedule_commit>(*this);
    }

    // From now on `sink` gets the records. It must be new.
    void add(std::unique_ptr<Sink> sink);

    // Another set of sinks: those named in `leaving` go, `coming`, which must be new, get the
    // records from now on. Nothing that is held is lost with those that go: it is written first,
    // and what cannot be written is adopted by one of the new, or is also held by one that stays.
    // Throws std::runtime_error, and changes nothing, where neither is possible.
    void replace(std::span<const std::string> leaving, std::vector<std::unique_ptr<Sink>> coming);
    [[nodiscard]] Sink* find(std::string_view name) const noexcept;

    // Takes a record and returns its number.
    std::uint64_t append(const Record& record) noexcept;

    // The number of the last record taken.
    [[nodiscard]] std::uint64_t appended() const noexcept { return appended_; }
    // Every record up to this number is in all sinks.
    [[nodiscard]] std::uint64_t stored() const noexcept;
    // Whether more may be read.
    [[nodiscard]] bool accepting() const noexcept;
    // Whether so much waits to be written that it should not wait for the end of the round.
    [[nodiscard]] bool write_is_due() const noexcept;
    // Whether so much waits in a pause that not even connection events should come any more.
    [[nodiscard]] bool overfull() const noexcept;
    // Whether every sink is gone for good.
    [[nodiscard]] bool all_gone() const noexcept;
    // Why it does not accept, or why records are not stored yet.
    [[nodiscard]] std::string trouble() const;

    // How the sinks are doing, in their order.
    [[nodiscard]] std::vector<SinkHealth> sinks() const;

    // From now on `observer` sees each record; null: nobody does. It must outlive that.
    void set_observer(RecordObserver* observer) noexcept { observer_ = observer; }

    // Hands on what the sinks hold, now; otherwise done once a round, in Stage::process.
    void write() noexcept;

    // Says `words`, a line without its LF, past the log where no sink could show them now.
    void say_in_emergency(std::string_view words) noexcept;

    // The sinks that do not take records now are not tried again: what they hold stays unwritten.
    void give_up() noexcept;

    [[nodiscard]] EventLoop& loop() noexcept { return loop_; }

   private:
    static constexpr Duration FIRST_PATIENCE = std::chrono::seconds{1};

    struct Entry {
        std::unique_ptr<Sink> sink;
        std::uint64_t before = 0;  // records that are none of its own
        SinkState state = SinkState::clear;
        TimePoint since{};                   // while it holds up: the first time
        Duration patience = FIRST_PATIENCE;  // so long it may be slow before that is told
        TimePoint last_told{};               // the end of the last pause that was
        std::uint64_t pauses = 0;
        Duration paused{};
        bool holds_up = false;
        bool told = false;  // a `paused` was recorded
        bool given_up = false;
    };

    void schedule_commit() noexcept;
    void commit() noexcept;
    void write(Entry& entry) noexcept;
    void note_state(Entry& entry) noexcept;
    [[nodiscard]] bool worth_reporting(Entry& entry) noexcept;
    void tell_paused(Entry& entry) noexcept;
    void tell_resumed(Entry& entry) noexcept;
    void drop_gone() noexcept;
    // Records that its sink has not stored.
    [[nodiscard]] std::uint64_t lag(const Entry& entry) const noexcept {
        return appended_ - entry.before - entry.sink->stored();
    }
    [[nodiscard]] static bool holds_up(const Entry& entry) noexcept;
    [[nodiscard]] static std::string reason(const Entry& entry);
    // Of the sink that has most to write, bytes.
    [[nodiscard]] std::size_t unwritten() const noexcept;
    void set_retry() noexcept;

    EventLoop& loop_;
    Callback<void()> on_progress_;
    int emergency_;
    std::vector<Entry> entries_;
    RecordObserver* observer_ = nullptr;
    std::uint64_t appended_ = 0;
    // As on_progress was told.
    std::uint64_t reported_stored_ = 0;
    bool reported_accepting_ = true;
    Duration retry_delay_{};
    DeferredTask commit_task_;
    Timer retry_timer_;
};

}  // namespace hark
