// Work deferred to the end of the round: a member of its owner, run once however often it is
// scheduled.
#pragma once

#include "common/loop/callback.hpp"
#include "common/loop/intrusive_list.hpp"

#include <cstdint>

namespace hark {

class EventLoop;

// The stages that end a round, in order. Before the first, all ready descriptors have been read and
// all due timers have fired.
enum class Stage : std::uint8_t {
    process,  // act on what the round has collected: the daemon writes its records
    respond,  // respond to that: replies, requests, redrawing a terminal
    finish,   // what must come last: final writes, destroying what has ended
};
inline constexpr unsigned STAGES = 3;

class DeferredTask : private ListLink {
   public:
    DeferredTask(EventLoop& loop, Stage stage, Callback<void()> run) noexcept
        : loop_{loop}, run_{run}, stage_{stage} {}
    ~DeferredTask() { cancel(); }
    DeferredTask(const DeferredTask&) = delete;
    DeferredTask& operator=(const DeferredTask&) = delete;

    // Runs in this round, or, if its stage has already begun, in the next, which starts at once.
    void schedule() noexcept;
    void cancel() noexcept { unlink(); }
    [[nodiscard]] bool scheduled() const noexcept { return linked(); }

   private:
    friend class EventLoop;
    friend class IntrusiveList<DeferredTask>;

    EventLoop& loop_;
    Callback<void()> run_;
    Stage stage_;
};

}  // namespace hark
