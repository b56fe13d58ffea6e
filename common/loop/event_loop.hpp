// The reactor: one thread, one epoll instance, level-triggered.
//
// A round:
//   1. epoll_wait, until something is ready or the next timer is due; not at all while a deferred
//      task waits
//   2. both clocks are read, once
//   3. the callback of each ready watch, once each
//   4. the timers that are due
//   5. the deferred tasks, stage after stage: commit, reply, bury
//
// Nothing in a round allocates. A callback may start, change, stop and destroy any watch, timer or
// task, its own among them: what is destroyed is unlinked, and is not called again.
#pragma once

#include "common/loop/callback.hpp"
#include "common/loop/deferred_task.hpp"
#include "common/loop/fd_watch.hpp"
#include "common/loop/intrusive_list.hpp"
#include "common/loop/timer.hpp"
#include "common/loop/timer_wheel.hpp"
#include "common/sys/clock.hpp"
#include "common/sys/unique_fd.hpp"

#include <array>
#include <optional>

#include <sys/epoll.h>

namespace hark {

class EventLoop {
   public:
    // Descriptors that are heard in one round; the rest is heard in the next.
    static constexpr int EVENTS_A_ROUND = 64;

    // `clock` must outlive the loop. Throws SystemError when there is no epoll to be had.
    explicit EventLoop(const Clock& clock);
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    // Rounds until stop(). Throws SystemError when epoll_wait itself fails, which only a bug can
    // cause.
    void run();

    // One round that waits at most `longest` for something to happen; for tests and for shutting
    // down.
    void run_once(Duration longest);

    // run() returns at the end of this round.
    void stop() noexcept { stopping_ = true; }

    // From now on `on_round` hears at the end of each round how long its work took; `on_round` of
    // nothing ends that. One more look at the clock a round.
    void observe(std::optional<Callback<void(Duration)>> on_round) noexcept {
        on_round_ = on_round;
    }

    // The clocks as read at the beginning of this round's work.
    [[nodiscard]] TimePoint now() const noexcept { return now_; }
    [[nodiscard]] WallTime wall_now() const noexcept { return wall_now_; }
    // How long this round's work has taken by now: a look at the clock.
    [[nodiscard]] Duration worked() const noexcept { return clock_.monotonic() - now_; }

   private:
    friend class FdWatch;
    friend class Timer;
    friend class DeferredTask;

    void wait(int timeout_ms);
    [[nodiscard]] int timeout_ms(std::optional<Duration> longest) const noexcept;
    void round(std::optional<Duration> longest);
    void read_clocks() noexcept;
    void dispatch() noexcept;
    static void run_tasks(IntrusiveList<DeferredTask>& stage) noexcept;
    [[nodiscard]] bool tasks_wait() const noexcept;

    const Clock& clock_;
    UniqueFd epoll_;
    TimePoint now_{};
    WallTime wall_now_{};
    TimerWheel timers_;
    std::array<IntrusiveList<DeferredTask>, STAGES> tasks_;
    IntrusiveList<FdWatch> ready_;
    std::array<epoll_event, EVENTS_A_ROUND> events_{};
    std::optional<Callback<void(Duration)>> on_round_;
    bool stopping_ = false;
};

}  // namespace hark
