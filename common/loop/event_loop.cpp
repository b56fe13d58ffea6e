#include "common/loop/event_loop.hpp"

#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace hark {

namespace {

int create_epoll() {
    const int epoll = sys::epoll_create();
    if (epoll < 0) throw SystemError{-epoll, N_("cannot create an epoll instance")};
    return epoll;
}

// Rounds up: if the wait ended before the timer is due, the loop would spin for the last
// millisecond.
int to_epoll_timeout(Duration duration) noexcept {
    constexpr std::chrono::milliseconds::rep LONGEST = std::numeric_limits<int>::max();
    // Not ceil, which would overflow for the longest durations.
    const auto whole = std::chrono::floor<std::chrono::milliseconds>(duration);
    const auto ms = whole.count() + (whole < duration ? 1 : 0);
    return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(ms, 0, LONGEST));
}

}  // namespace

EventLoop::EventLoop(const Clock& clock)
    : clock_{clock},
      epoll_{create_epoll()},
      now_{clock.monotonic()},
      wall_now_{clock.wall()},
      timers_{now_} {}

void EventLoop::run() {
    while (!stopping_) round(std::nullopt);
    stopping_ = false;
}

void EventLoop::run_once(Duration longest) {
    round(longest);
}

void EventLoop::round(std::optional<Duration> longest) {
    wait(timeout_ms(longest));
    read_clocks();
    dispatch();
    timers_.expire(now_);
    for (IntrusiveList<DeferredTask>& stage : tasks_) run_tasks(stage);
    if (on_round_) (*on_round_)(clock_.monotonic() - now_);
}

void EventLoop::wait(int timeout_ms) {
    const int count =
        sys::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()), timeout_ms);
    if (count < 0) throw SystemError{-count, N_("cannot wait for events")};

    // Move them all from the array into a list before the first callback runs: a watch that is
    // destroyed unlinks itself, but could not remove itself from the array.
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        FdWatch& watch = *static_cast<FdWatch*>(events_[i].data.ptr);
        watch.ready_ = static_cast<std::uint16_t>(events_[i].events);
        ready_.push_back(watch);
    }
}

int EventLoop::timeout_ms(std::optional<Duration> longest) const noexcept {
    if (tasks_wait()) return 0;
    int timeout = longest ? to_epoll_timeout(*longest) : -1;
    if (const auto due = timers_.next_due()) {
        // Not now_, which was read before the previous round's work.
        const int until_due = to_epoll_timeout(*due - clock_.monotonic());
        timeout = timeout < 0 ? until_due : std::min(timeout, until_due);
    }
    return timeout;
}

void EventLoop::read_clocks() noexcept {
    now_ = clock_.monotonic();
    wall_now_ = clock_.wall();
}

void EventLoop::dispatch() noexcept {
    while (FdWatch* watch = ready_.pop_front()) {
        // An earlier callback in this round may have reduced this watch's interest.
        const std::uint32_t events = watch->ready_ & (watch->interest_ | EPOLLERR | EPOLLHUP);
        if (events != 0) watch->on_ready_(events);
    }
}

void EventLoop::run_tasks(IntrusiveList<DeferredTask>& stage) noexcept {
    // Anything scheduled for this stage from now on waits for the next round.
    IntrusiveList<DeferredTask> running;
    stage.move_to(running);
    while (DeferredTask* task = running.pop_front()) task->run_();
}

bool EventLoop::tasks_wait() const noexcept {
    return std::any_of(tasks_.begin(), tasks_.end(),
                       [](const auto& stage) { return !stage.empty(); });
}

}  // namespace hark
