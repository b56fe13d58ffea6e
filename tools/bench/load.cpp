// Sending messages and receiving replies.
#include "tools/bench/load.hpp"

#include "common/locale/i18n.hpp"
#include "common/sys/process.hpp"
#include "tools/cli/exit_status.hpp"

#include <algorithm>
#include <limits>

#include <unistd.h>

namespace hark {

namespace {

constexpr std::uint64_t NO_LIMIT = std::numeric_limits<std::uint64_t>::max();

std::uint64_t nanoseconds(Duration duration) noexcept {
    return static_cast<std::uint64_t>(
        std::max<std::int64_t>(std::chrono::nanoseconds{duration}.count(), 0));
}

}  // namespace

Load::Load(EventLoop& loop, const Clock& clock, const BenchOptions& options)
    : loop_{loop},
      clock_{clock},
      options_{options},
      server_{options.server.text()},
      window_{options.pipeline.value_or(options.rate ? NO_LIMIT : 1)},
      lookup_{loop, method<&Load::on_settled>(*this)},
      usage_{loop, method<&Load::on_settled>(*this)},
      advance_task_{loop, Stage::finish, method<&Load::advance>(*this)},
      due_timer_{loop, method<&Load::on_due>(*this)},
      warmup_timer_{loop, method<&Load::on_warmup_over>(*this)},
      end_timer_{loop, method<&Load::on_time_over>(*this)},
      patience_{loop, method<&Load::on_patience_over>(*this)},
      timeout_{loop, method<&Load::on_timeout>(*this)},
      bar_{loop, STDERR_FILENO, method<&Load::progress>(*this)} {
    make_connections();
}

// --- Sending ------------------------------------------------------------------------------------

void Load::begin() noexcept {
    phase_ = Phase::sending;
    result_.began = true;
    for (LoadConnection& connection : connections_) {
        if (!connection.is_open()) continue;
        slots_[connection.number()] = senders_.size();
        senders_.push_back(&connection);
    }
    const TimePoint now = clock_.monotonic();
    counts_from_ = schedule_end_ = now + options_.warmup;
    progress_at_ = last_answer_ = now;
    cpu_before_ = sys::processor_time();
    const TimePoint end = counts_from_ + options_.duration.value_or(BenchOptions::USUAL_DURATION);
    if (!options_.messages) end_timer_.arm(end);
    if (options_.warmup > Duration::zero()) warmup_timer_.arm(counts_from_);

    left_ = options_.messages.value_or(NO_LIMIT);
    if (options_.rate) {
        schedule_ = {now, *options_.rate, senders_.size()};
        const Duration instant{1};
        total_ = options_.messages ? schedule_.due(counts_from_ - instant) + *options_.messages
                                   : schedule_.due(end - instant);
        schedule_end_ = options_.messages ? std::max(schedule_.due_at(total_), counts_from_) : end;
        on_due();
    } else {
        for (LoadConnection* const sender : senders_) pump(*sender);
    }
    // All connections may have ended during the query to the daemon; then nothing else wakes us.
    advance_task_.schedule();
}

void Load::on_warmup_over() noexcept {
    cpu_before_ = sys::processor_time();
    usage_.start();
}

// Visits each connection once, however many messages are due: it sends its whole share.
void Load::on_due() noexcept {
    if (phase_ != Phase::sending) return;
    const std::uint64_t due = std::min(schedule_.due(clock_.monotonic()), total_);
    const std::uint64_t first = due_;
    const std::uint64_t last = std::min<std::uint64_t>(due, first + senders_.size());
    due_ = due;
    for (std::uint64_t each = first; each < last && phase_ == Phase::sending; ++each) {
        pump(*senders_[each % senders_.size()]);
    }
    if (phase_ == Phase::sending && due_ < total_) due_timer_.arm(schedule_.due_at(due_));
}

// Messages that became due just now may still be waiting for their own timer.
void Load::on_time_over() noexcept {
    if (options_.rate) on_due();
    drain();
}

std::uint64_t Load::allowance(const LoadConnection& connection, TimePoint now) const noexcept {
    std::uint64_t count = connection.batch();
    const std::uint64_t window = connection.lock_step() ? 1 : window_;
    count = std::min(count, window - connection.in_flight());
    if (options_.rate) {
        const std::uint64_t share = schedule_.share(due_, slots_[connection.number()]);
        return std::min(count, share - connection.sent());
    }
    return now < counts_from_ ? count : std::min(count, left_);
}

void Load::pump(LoadConnection& connection) noexcept {
    while (phase_ == Phase::sending && connection.is_open() && !connection.blocked()) {
        const TimePoint now = clock_.monotonic();
        const std::uint64_t count = allowance(connection, now);
        if (count == 0) return;
        send(connection, count, now);
    }
}

void Load::send(LoadConnection& connection, std::uint64_t count, TimePoint now) noexcept {
    const std::uint64_t first = connection.sent() + 1;
    for (std::uint64_t message = first; message < first + count; ++message) {
        if (!options_.rate) sent_at(connection, message) = now;
        const TimePoint began = began_at(connection, message);
        if (began < counts_from_) {
            ++result_.warmup_sent;
            continue;
        }
        ++result_.sent;
        if (options_.rate) {
            result_.delay.record(nanoseconds(now - began));
        } else if (options_.messages) {
            --left_;
        }
    }
    if (in_flight_ == 0) progress_at_ = now;
    in_flight_ += count;
    all_sent_ += count;
    connection.send(count);
    if (all_is_sent()) drain();
}

bool Load::all_is_sent() const noexcept {
    if (!options_.messages) return false;
    return options_.rate ? all_sent_ + forgone_ == total_ : left_ == 0;
}

TimePoint& Load::sent_at(const LoadConnection& connection, std::uint64_t message) noexcept {
    return sent_at_[connection.number() * window_ + (message - 1) % window_];
}

TimePoint Load::began_at(const LoadConnection& connection, std::uint64_t message) noexcept {
    return options_.rate ? schedule_.due_at(slots_[connection.number()], message - 1)
                         : sent_at(connection, message);
}

// --- Receiving ----------------------------------------------------------------------------------

void Load::on_answer(LoadConnection& connection, std::uint64_t first, std::uint64_t last,
                     std::uint64_t skipped, const reply::Reply& reply) noexcept {
    const TimePoint now = clock_.monotonic();
    const std::uint64_t count = last - first + 1;
    progress_at_ = now;
    in_flight_ -= skipped + count;
    if (reply.kind == reply::Kind::not_stored) {
        result_.not_stored += count;
        note_trouble(EXIT_REFUSED, formatted(_("not stored: {}"),
                                             server_text_.printable({reply.text, LineEnd::line})));
    } else {
        all_acknowledged_ += count;
        for (std::uint64_t message = first; message <= last; ++message) {
            const TimePoint began = began_at(connection, message);
            if (began < counts_from_) continue;
            ++result_.acknowledged;
            result_.latency.record(nanoseconds(now - began));
            last_answer_ = now;
        }
    }
    if (skipped > 0) {
        note_trouble(EXIT_UNREACHABLE, formatted(_("{} skipped acknowledgements"), server_));
    }
    if (in_flight_ == 0 && phase_ == Phase::draining) advance_task_.schedule();
}

Progress Load::progress() noexcept {
    Progress progress{.part = -1, .sent = all_sent_, .acknowledged = all_acknowledged_};
    if (phase_ < Phase::sending) return progress;
    if (options_.messages) {
        progress.part = static_cast<double>(result_.sent) / static_cast<double>(*options_.messages);
    } else {
        const Duration whole = options_.duration.value_or(BenchOptions::USUAL_DURATION);
        progress.part = seconds_of(clock_.monotonic() - counts_from_) / seconds_of(whole);
    }
    progress.part = std::clamp(progress.part, 0.0, 1.0);
    return progress;
}

}  // namespace hark
