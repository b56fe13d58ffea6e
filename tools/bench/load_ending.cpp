// How a load ends, normally or not.
#include "common/locale/i18n.hpp"
#include "common/sys/process.hpp"
#include "tools/bench/load.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"

#include <algorithm>

namespace hark {

const LoadResult& Load::run() {
    signals_.emplace(loop_, method<&Load::on_signal>(*this));
    progress_at_ = clock_.monotonic();
    if (options_.timeout > Duration::zero()) timeout_.arm(progress_at_ + options_.timeout);
    bar_.start();
    lookup_.start(options_.server);
    loop_.run();
    bar_.stop();
    for (const std::string& trouble : troubles_) print_error(trouble);
    if (killed_by_ != 0) {
        print_error(_("interrupted"));
        result_.status = EXIT_KILLED_BY + killed_by_;
    }
    return result_;
}

// Stops sending and waits for the messages in flight.
void Load::drain() noexcept {
    if (phase_ != Phase::sending) return;
    phase_ = Phase::draining;
    end_timer_.cancel();
    warmup_timer_.cancel();
    due_timer_.cancel();
    if (options_.rate) end_schedule();
    advance_task_.schedule();
}

// If the schedule ends early, neither the messages due later nor their time count.
void Load::end_schedule() noexcept {
    const TimePoint now = clock_.monotonic();
    const std::uint64_t due = schedule_.due(now);
    // Once a whole count is due, the schedule ends one interval after the last message.
    if (!options_.messages || due < total_) {
        schedule_end_ = std::min(schedule_end_, std::max(now, counts_from_));
    }
    total_ = std::max(all_sent_, std::min(total_, due));
    result_.unsent = total_ - all_sent_;
}

void Load::leave() noexcept {
    phase_ = Phase::leaving;
    bar_.stop();
    note_figures();
    patience_.arm_in(FAREWELL);
    for (LoadConnection& connection : connections_) {
        if (!connection.is_open()) continue;
        if (!connection.blocked()) {
            connection.leave();
        } else {
            connection.close();
            --alive_;
        }
    }
    advance_task_.schedule();
}

void Load::note_figures() noexcept {
    // A schedule lasts its full time, however early its last message is answered.
    const TimePoint end = std::max(last_answer_, schedule_end_);
    result_.seconds = seconds_of(end - counts_from_);
    result_.generator_cpu = seconds_of(sys::processor_time() - cpu_before_);
    result_.usage = usage_.figures(all_acknowledged_);
    result_.usage_trouble = usage_.trouble();
}

void Load::on_patience_over() noexcept {
    if (phase_ == Phase::draining) {
        gave_up_ = true;
        advance_task_.schedule();
    } else {
        finish();
    }
}

void Load::on_timeout() noexcept {
    const bool waits = in_flight_ > 0 || phase_ == Phase::connecting || phase_ == Phase::looking_up;
    const TimePoint now = clock_.monotonic();
    if (!waits) progress_at_ = now;
    if (now < progress_at_ + options_.timeout) {
        timeout_.arm(progress_at_ + options_.timeout);
        return;
    }
    const double seconds = seconds_of(options_.timeout);
    const char* const text = phase_ < Phase::sending ? _("cannot connect to {} within {} s")
                                                     : _("{} acknowledged nothing for {} s");
    note_trouble(EXIT_UNREACHABLE, formatted(text, server_, seconds));
    if (phase_ < Phase::sending) {
        finish();
        return;
    }
    drain();
    on_patience_over();
}

void Load::on_signal(int signal) noexcept {
    const bool again = killed_by_ != 0;
    killed_by_ = signal;
    if (phase_ < Phase::sending || again) {
        finish();
        return;
    }
    drain();
    if (phase_ == Phase::draining) patience_.arm_in(FAREWELL);
}

void Load::finish() noexcept {
    // If we do not wait for the farewells, the figures still count.
    if (result_.began && phase_ < Phase::leaving) note_figures();
    phase_ = Phase::over;
    result_.unacknowledged = all_sent_ - all_acknowledged_ - result_.not_stored;
    for (LoadConnection& connection : connections_) connection.close();
    loop_.stop();
}

void Load::note_trouble(int status, const std::string& what) {
    constexpr std::size_t MOST_TROUBLES = 5;
    // A refusal is more informative than the errors that follow from it.
    if (result_.status != EXIT_REFUSED) result_.status = status;
    if (troubles_.size() == MOST_TROUBLES ||
        std::find(troubles_.begin(), troubles_.end(), what) != troubles_.end()) {
        return;
    }
    troubles_.push_back(what);
}

}  // namespace hark
