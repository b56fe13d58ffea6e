// Time as peers experience it: it stands still while the daemon does not read, so that no message
// is cut off and no peer is called idle because of our own delay.
#pragma once

#include "common/loop/event_loop.hpp"

namespace hark {

class InputClock {
   public:
    explicit InputClock(const EventLoop& loop) noexcept : loop_{loop} {}

    [[nodiscard]] TimePoint now() const noexcept {
        return (paused_ ? paused_at_ : loop_.now()) - stood_still_;
    }
    // When, on the loop's clock, this clock will show `time` unless it is paused before.
    [[nodiscard]] TimePoint on_loop(TimePoint time) const noexcept { return time + stood_still_; }

    [[nodiscard]] bool paused() const noexcept { return paused_; }
    void pause() noexcept {
        if (paused_) return;
        paused_ = true;
        paused_at_ = loop_.now();
    }
    void resume() noexcept {
        if (!paused_) return;
        paused_ = false;
        stood_still_ += loop_.now() - paused_at_;
    }

    // How long it has stood still in total. In another process, resume_from() continues from there;
    // the clock has also stood still since `since`.
    [[nodiscard]] Duration stood_still() const noexcept {
        return stood_still_ + (paused_ ? loop_.now() - paused_at_ : Duration{});
    }
    void resume_from(Duration stood_still, TimePoint since) noexcept {
        stood_still_ = stood_still + (loop_.now() - since);
    }

   private:
    const EventLoop& loop_;
    Duration stood_still_{};
    TimePoint paused_at_{};
    bool paused_ = false;
};

}  // namespace hark
