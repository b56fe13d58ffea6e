// Work put off to the end of the round: a member of its owner, run once however often it was
// asked for.
#pragma once

#include "common/loop/callback.hpp"
#include "common/loop/intrusive_list.hpp"

#include <cstdint>

namespace hark {

class EventLoop;

// The stages that close a round, in their order. The names are those of the daemon's work: what
// was read is handed to the log, what the log has is answered, what is over is taken away.
enum class Stage : std::uint8_t { commit, reply, bury };
inline constexpr unsigned STAGES = 3;

class DeferredTask : private ListLink {
   public:
    DeferredTask(EventLoop& loop, Stage stage, Callback<void()> run) noexcept
        : loop_{loop}, run_{run}, stage_{stage} {}
    ~DeferredTask() { cancel(); }
    DeferredTask(const DeferredTask&) = delete;
    DeferredTask& operator=(const DeferredTask&) = delete;

    // Runs in this round, unless its stage is already over or being run: then in the next, which
    // begins at once.
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
