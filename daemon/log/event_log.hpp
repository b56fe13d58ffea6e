// The log: passes every message, event and diagnostic to all sinks.
//
// Records are numbered. append() renders a record into each sink's memory; once, at the end of the
// round, the sinks write what they hold. A record is stored when all sinks have it, and only then
// may its message be acknowledged.
//
// While a sink cannot take what it holds, the log does not accept: the daemon stops reading, so
// that what waits is bounded by what one round can read. The sink is tried again when it says that
// it is ready, and at least once a second. A failure is recorded at once, a slow reader or disk
// only when it has held up reading for a second. If the start of a pause was recorded, so is its
// end. A sink that is slow again and again gets more time each time, up to a minute, so that its
// pauses do not fill the log.
//
// Sources: event_log.cpp (records, and pauses), event_log_sinks.cpp (the set of sinks).
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

// The state of a sink.
struct SinkHealth {
    std::string_view name;
    SinkState state;
    std::string reason;     // empty if it is clear
    std::uint64_t lag = 0;  // records not stored yet
    std::size_t lag_bytes = 0;
    std::uint64_t pauses = 0;  // pauses recorded, including the current one
    Duration paused{};         // total of past pauses
    std::optional<Duration> paused_for;
    std::optional<StreamHealth> stream{};
};

// Sees every record; must be cheap and cannot fail.
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
    // `on_progress` is called only in Stage::process, when stored() or accepting() has changed
    // since its last call. `emergency`: the descriptor for say_in_emergency(); negative: none.
    EventLog(EventLoop& loop, Callback<void()> on_progress, int emergency) noexcept;

    // Called by a sink that is ready again.
    [[nodiscard]] Callback<void()> on_sink_ready() noexcept {
        return method<&EventLog::schedule_commit>(*this);
    }

    // Adds a new sink, which gets all records from now on.
    void add(std::unique_ptr<Sink> sink);

    // Adds a sink that goes on with what another process has left.
    void take_over(std::unique_ptr<Sink> sink, const SinkHandover& from);
    // For the successor, which calls resume_at() with the last record's number before it appends
    // any.
    [[nodiscard]] std::vector<SinkHandover> hand_over(std::span<const SinkConfig> sinks) const;
    void resume_at(std::uint64_t appended) noexcept { appended_ = appended; }
    // As in Sink, for all sinks.
    void hold_still(bool still) noexcept;
    [[nodiscard]] bool is_still() const noexcept;

    // Changes the set of sinks: those named in `leaving` go; `coming`, which must be new, get all
    // records from now on. No record is lost: sinks that leave write what they hold first, and what
    // they cannot write is adopted by a new sink or also held by one that stays. If neither is
    // possible, throws std::runtime_error and changes nothing.
    void replace(std::span<const std::string> leaving, std::vector<std::unique_ptr<Sink>> coming);
    [[nodiscard]] Sink* find(std::string_view name) const noexcept;

    // Takes a record, and returns its number.
    std::uint64_t append(const Record& record) noexcept;

    // The number of the last record taken.
    [[nodiscard]] std::uint64_t appended() const noexcept { return appended_; }
    // All sinks have stored every record up to this number.
    [[nodiscard]] std::uint64_t stored() const noexcept;
    // Every record up to this number may be in at least one sink.
    [[nodiscard]] std::uint64_t stored_somewhere() const noexcept;
    // Whether more may be read.
    [[nodiscard]] bool accepting() const noexcept;
    // Whether so much is unwritten that it should not wait for the end of the round.
    [[nodiscard]] bool write_is_due() const noexcept;
    // Whether so much is unwritten during a pause that not even connection events should be added.
    [[nodiscard]] bool overfull() const noexcept;
    // Whether every sink has failed for good.
    [[nodiscard]] bool all_gone() const noexcept;
    // Why it is not accepting, or why records are not stored yet.
    [[nodiscard]] std::string trouble() const;

    // The states of the sinks, in order.
    [[nodiscard]] std::vector<SinkHealth> sinks() const;

    // `observer` sees each record until another one is set, and must live that long; null: none.
    void set_observer(RecordObserver* observer) noexcept { observer_ = observer; }

    // Makes the sinks write now; otherwise that is done once per round, in Stage::process.
    void write() noexcept;

    // Writes `words`, a line without LF, directly to `emergency` if no sink takes records now.
    void say_in_emergency(std::string_view words) noexcept;

    // Stops retrying the sinks that are not accepting: what they hold stays unwritten.
    void give_up() noexcept;

    [[nodiscard]] EventLoop& loop() noexcept { return loop_; }

   private:
    static constexpr Duration FIRST_PATIENCE = std::chrono::seconds{1};

    struct Entry {
        std::unique_ptr<Sink> sink;
        std::uint64_t before = 0;  // records appended before this sink was added
        SinkState state = SinkState::clear;
        TimePoint since{};                   // when it began to hold up the log
        Duration patience = FIRST_PATIENCE;  // a slow sink is reported after this
        TimePoint last_reported{};           // the end of the last pause reported
        std::uint64_t pauses = 0;
        Duration paused{};
        bool holds_up = false;
        bool reported = false;  // `paused` was recorded
        bool given_up = false;
    };

    void schedule_commit() noexcept;
    void commit() noexcept;
    void write(Entry& entry) noexcept;
    void note_state(Entry& entry) noexcept;
    [[nodiscard]] bool worth_reporting(Entry& entry) noexcept;
    void report_paused(Entry& entry) noexcept;
    void report_resumed(Entry& entry) noexcept;
    void drop_gone() noexcept;
    // Records a diagnostic.
    void warn(std::string_view text) noexcept;
    // How many records its sink has not stored.
    [[nodiscard]] std::uint64_t lag(const Entry& entry) const noexcept {
        return appended_ - entry.before - entry.sink->stored();
    }
    [[nodiscard]] static bool holds_up(const Entry& entry) noexcept;
    [[nodiscard]] static std::string reason(const Entry& entry);
    // The unwritten bytes of the sink that has the most.
    [[nodiscard]] std::size_t unwritten() const noexcept;
    void set_retry() noexcept;

    EventLoop& loop_;
    Callback<void()> on_progress_;
    int emergency_;
    std::vector<Entry> entries_;
    RecordObserver* observer_ = nullptr;
    std::uint64_t appended_ = 0;
    // As of the last call of on_progress.
    std::uint64_t reported_stored_ = 0;
    bool reported_accepting_ = true;
    Duration retry_delay_{};
    DeferredTask commit_task_;
    Timer retry_timer_;
};

}  // namespace hark
