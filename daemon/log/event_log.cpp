#include "daemon/log/event_log.hpp"

#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"
#include "common/text/printable.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>
#include <poll.h>

namespace hark {

namespace {

using namespace std::chrono_literals;

constexpr Duration FIRST_RETRY = 10ms;
constexpr Duration LAST_RETRY = 1s;
constexpr Duration LAST_PATIENCE = 60s;
// Patience is reset after this long without a reported pause.
constexpr Duration FORGIVEN_AFTER = 60s;

constexpr std::size_t ROUND_BYTES = 256 << 10;
constexpr std::size_t OVERFULL_BYTES = 1 << 20;
// The most that may be waiting for the disk while reading continues.
constexpr std::size_t BUSY_BYTES = 4 << 20;

}  // namespace

EventLog::EventLog(EventLoop& loop, Callback<void()> on_progress, int emergency) noexcept
    : loop_{loop},
      on_progress_{on_progress},
      emergency_{emergency},
      commit_task_{loop, Stage::process, method<&EventLog::commit>(*this)},
      retry_timer_{loop, method<&EventLog::schedule_commit>(*this)} {}

std::uint64_t EventLog::append(const Record& record) noexcept {
    for (Entry& entry : entries_) entry.sink->append(record);
    if (observer_ != nullptr) observer_->on_record(record);
    schedule_commit();
    return ++appended_;
}

std::uint64_t EventLog::stored() const noexcept {
    std::uint64_t stored = appended_;
    for (const Entry& entry : entries_) {
        stored = std::min(stored, entry.before + entry.sink->stored());
    }
    return stored;
}

std::uint64_t EventLog::stored_somewhere() const noexcept {
    std::uint64_t stored = 0;
    for (const Entry& entry : entries_) {
        stored = std::max(stored, entry.before + entry.sink->stored() + entry.sink->in_doubt());
    }
    return stored;
}

bool EventLog::accepting() const noexcept {
    return std::ranges::none_of(entries_, &EventLog::holds_up);
}

bool EventLog::write_is_due() const noexcept {
    return unwritten() >= ROUND_BYTES;
}

bool EventLog::overfull() const noexcept {
    return !accepting() && unwritten() >= OVERFULL_BYTES;
}

std::string EventLog::trouble() const {
    // A sink that pauses reading takes precedence over one that is only behind.
    for (const Entry& entry : entries_) {
        if (holds_up(entry)) return reason(entry);
    }
    for (const Entry& entry : entries_) {
        if (entry.state != SinkState::clear) return reason(entry);
    }
    return "the log is slow";
}

void EventLog::give_up() noexcept {
    for (Entry& entry : entries_) entry.given_up = holds_up(entry);
}

void EventLog::write() noexcept {
    for (Entry& entry : entries_) write(entry);
    schedule_commit();
}

void EventLog::write(Entry& entry) noexcept {
    if (!entry.given_up) entry.state = entry.sink->commit();
}

void EventLog::commit() noexcept {
    for (Entry& entry : entries_) {
        write(entry);
        note_state(entry);
        if (const std::string text = entry.sink->take_remark(); !text.empty()) warn(text);
    }
    drop_gone();
    set_retry();
    const std::uint64_t now_stored = stored();
    const bool now_accepting = accepting();
    if (now_stored == reported_stored_ && now_accepting == reported_accepting_) return;
    reported_stored_ = now_stored;
    reported_accepting_ = now_accepting;
    on_progress_();
}

void EventLog::schedule_commit() noexcept {
    commit_task_.schedule();
}

// Whether reading must pause for this sink.
bool EventLog::holds_up(const Entry& entry) noexcept {
    switch (entry.state) {
        case SinkState::clear:
            return false;
        case SinkState::busy:
            return entry.sink->backlog().held >= BUSY_BYTES;
        case SinkState::blocked:
        case SinkState::refusing:
        case SinkState::gone:
            break;
    }
    return true;
}

std::string EventLog::reason(const Entry& entry) {
    return entry.sink->trouble(entry.state);
}

void EventLog::note_state(Entry& entry) noexcept {
    const bool held_up = std::exchange(entry.holds_up, holds_up(entry));
    if (!entry.holds_up) {
        if (entry.reported) report_resumed(entry);
        return;
    }
    if (!held_up) entry.since = loop_.now();
    // While others remain, a sink that has failed for good is dropped, which is not a pause.
    if (entry.reported || (entry.state == SinkState::gone && !all_gone())) return;
    if (worth_reporting(entry)) report_paused(entry);
}

// Whether the pause is long or serious enough to be recorded.
bool EventLog::worth_reporting(Entry& entry) noexcept {
    if (entry.state == SinkState::refusing || entry.state == SinkState::gone) return true;
    if (entry.since - entry.last_reported >= FORGIVEN_AFTER) entry.patience = FIRST_PATIENCE;
    if (loop_.now() - entry.since < entry.patience) return false;
    entry.patience = std::min(entry.patience * 2, LAST_PATIENCE);
    return true;
}

void EventLog::report_paused(Entry& entry) noexcept {
    entry.reported = true;
    ++entry.pauses;
    const std::string why = reason(entry);
    const std::array details{Detail{Key::sink, std::string_view{entry.sink->name()}},
                             Detail{Key::reason, std::string_view{why}}};
    append({.event = Event::paused, .time = loop_.wall_now(), .details = details});
    // The record itself is held up in the failing sink.
    say_in_emergency(fmt::format("{} does not take records ({}): reading is paused",
                                 printable(entry.sink->name()), why));
}

void EventLog::report_resumed(Entry& entry) noexcept {
    entry.reported = false;
    entry.paused += loop_.now() - entry.since;
    entry.last_reported = loop_.now();
    const std::array details{Detail{Key::sink, std::string_view{entry.sink->name()}},
                             Detail{Key::seconds, loop_.now() - entry.since}};
    append({.event = Event::resumed, .time = loop_.wall_now(), .details = details});
}

void EventLog::warn(std::string_view text) noexcept {
    const std::array details{Detail{Key::level, std::string_view{"warning"}},
                             Detail{Key::text, text}};
    append({.event = Event::diagnostic, .time = loop_.wall_now(), .details = details});
}

void EventLog::say_in_emergency(std::string_view words) noexcept {
    if (emergency_ < 0 || !std::ranges::all_of(entries_, &EventLog::holds_up)) return;
    pollfd room{.fd = emergency_, .events = POLLOUT, .revents = 0};
    if (poll(&room, 1, 0) != 1 || (room.revents & POLLOUT) == 0) return;
    const std::string line = fmt::format("harkd: {}\n", words);
    static_cast<void>(sys::write(emergency_, line.data(), line.size()));
}

std::size_t EventLog::unwritten() const noexcept {
    std::size_t most = 0;
    for (const Entry& entry : entries_) most = std::max(most, entry.sink->backlog().unwritten);
    return most;
}

void EventLog::set_retry() noexcept {
    if (accepting()) {
        retry_delay_ = {};
        retry_timer_.cancel();
        return;
    }
    if (retry_timer_.armed()) return;
    retry_delay_ = std::clamp(retry_delay_ * 2, FIRST_RETRY, LAST_RETRY);
    retry_timer_.arm_in(retry_delay_);
}

}  // namespace hark
