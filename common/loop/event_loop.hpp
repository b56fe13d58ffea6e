// The reactor: one thread, one epoll instance, level-triggered.
//
// A round:
//   1. wait in epoll until a descriptor is ready or the next timer is due; with a deferred task
//      pending, only poll
//   2. read both clocks, once
//   3. call each ready watch, once
//   4. fire the timers that are due
//   5. run the deferred tasks, stage by stage: process, respond, finish
//
// The loop itself never allocates. A callback may start, change, stop and destroy any watch, timer
// or task, including its own: once destroyed, it is unlinked and not called again.
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
    // Descriptors served in one round; the rest are served in the next.
    static constexpr int EVENTS_A_ROUND = 64;

    // `clock` must outlive the loop. Throws SystemError if epoll cannot be created.
    explicit EventLoop(const Clock& clock);
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    // Runs rounds until stop(). Throws SystemError if epoll_wait fails, which only a bug can cause.
    void run();

    // Runs one round, waiting at most `longest`: for tests and for shutting down.
    void run_once(Duration longest);

    // run() returns at the end of this round.
    void stop() noexcept { stopping_ = true; }

    // Calls `on_round` at the end of each round with the time its work took; nullopt stops that.
    // Costs one more clock reading per round.
    void observe(std::optional<Callback<void(Duration)>> on_round) noexcept {
        on_round_ = on_round;
    }

    // The clocks as read at the start of this round's work.
    [[nodiscard]] TimePoint now() const noexcept { return now_; }
    [[nodiscard]] WallTime wall_now() const noexcept { return wall_now_; }
    // How long this round's work has taken so far. Reads the clock.
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
