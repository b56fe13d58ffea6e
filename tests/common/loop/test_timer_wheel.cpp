// Checks the wheel against a model that looks at every timer every time.
#include "common/loop/event_loop.hpp"
#include "common/loop/timer.hpp"
#include "common/loop/timer_wheel.hpp"
#include "tests/support/manual_clock.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;
using namespace std::chrono_literals;

namespace {

constexpr auto YEAR = std::chrono::hours{24 * 365};

// A wheel and some timers of its own, and for each timer what the wheel should know about it.
class Subject {
   public:
    Subject(std::size_t count, TimePoint origin = TimePoint{1h}) : origin_{origin}, now_{origin} {
        for (std::size_t i = 0; i < count; ++i) entries_.emplace_back(*this, i);
    }
    ~Subject() {
        for (Entry& entry : entries_) wheel_.cancel(entry.timer);
    }
    Subject(const Subject&) = delete;
    Subject& operator=(const Subject&) = delete;

    void arm(std::size_t i, TimePoint deadline) {
        wheel_.arm(entries_[i].timer, deadline);
        entries_[i].deadline = deadline;
    }
    void cancel(std::size_t i) {
        wheel_.cancel(entries_[i].timer);
        entries_[i].deadline.reset();
    }

    // Moves time on, and compares what fires with the model. False when they differ.
    [[nodiscard]] bool expire_at(TimePoint now) {
        std::vector<std::size_t> expected;
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            if (due(i, now)) expected.push_back(i);
        }
        fired_.clear();
        const TimePoint before = now_;
        now_ = now;
        wheel_.expire(now);

        // In the order of deadlines; those that were already due before count as equal.
        const auto order = [&](std::size_t a, std::size_t b) {
            return std::max(whole(*entries_[a].deadline), before) <
                   std::max(whole(*entries_[b].deadline), before);
        };
        const bool in_order = std::is_sorted(fired_.begin(), fired_.end(), order);
        for (const std::size_t i : fired_) entries_[i].deadline.reset();
        std::sort(fired_.begin(), fired_.end());
        return in_order && fired_ == expected && armed_as_expected() && next_due_fits();
    }

    // Whether next_due() is not late, and is empty exactly when no timer is armed.
    [[nodiscard]] bool next_due_fits() const {
        std::optional<TimePoint> first;
        for (const Entry& entry : entries_) {
            if (entry.deadline) first = std::min(first.value_or(TimePoint::max()), *entry.deadline);
        }
        const auto next = wheel_.next_due();
        if (next.has_value() != first.has_value()) return false;
        return !first || *next <= std::max(whole(*first), now_);
    }

    [[nodiscard]] TimePoint now() const { return now_; }
    [[nodiscard]] TimerWheel& wheel() { return wheel_; }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    [[nodiscard]] std::size_t fired() const { return fired_.size(); }

   private:
    struct Entry {
        Entry(Subject& owner, std::size_t index)
            : subject{owner}, number{index}, timer{owner.loop_, method<&Entry::fire>(*this)} {}
        void fire() noexcept { subject.fired_.push_back(number); }

        Subject& subject;
        std::size_t number;
        Timer timer;
        std::optional<TimePoint> deadline;
    };

    // The deadline as a wheel of milliseconds can keep it: rounded up.
    [[nodiscard]] TimePoint whole(TimePoint deadline) const {
        if (deadline >= TimePoint::max() - 1ms) return TimePoint::max();
        return origin_ + std::chrono::ceil<std::chrono::milliseconds>(deadline - origin_);
    }
    [[nodiscard]] bool due(std::size_t i, TimePoint now) const {
        const auto& deadline = entries_[i].deadline;
        return deadline && (whole(*deadline) <= now);
    }
    [[nodiscard]] bool armed_as_expected() const {
        return std::all_of(entries_.begin(), entries_.end(), [](const Entry& entry) {
            return entry.timer.armed() == entry.deadline.has_value();
        });
    }

    // Only because a Timer needs one; the timers never enter its wheel.
    test::ManualClock clock_;
    EventLoop loop_{clock_};
    TimePoint origin_;
    TimePoint now_;
    TimerWheel wheel_{origin_};
    std::deque<Entry> entries_;
    std::vector<std::size_t> fired_;
};

// Spans of every size from nanoseconds to tens of years, so that every level takes part.
rc::Gen<Duration> spans() {
    return rc::gen::mapcat(rc::gen::inRange(0, 61), [](int bits) {
        return rc::gen::map(rc::gen::inRange<Duration::rep>(0, Duration::rep{1} << bits),
                            [](Duration::rep ns) { return Duration{ns}; });
    });
}

}  // namespace

TEST_CASE("whatever is armed, moved and cancelled, the wheel does as the model") {
    CHECK(rc::check([] {
        Subject subject{8};
        const int steps = *rc::gen::inRange(1, 200);
        for (int step = 0; step < steps; ++step) {
            const auto timer = *rc::gen::inRange<std::size_t>(0, subject.size());
            switch (*rc::gen::weightedElement<int>({{6, 0}, {1, 1}, {1, 2}, {1, 3}, {4, 4}})) {
                case 0:
                    subject.arm(timer, subject.now() + *spans());
                    break;
                case 1:
                    subject.arm(timer, subject.now() - *spans() / 2);
                    break;
                case 2:
                    subject.arm(timer, TimePoint::max());
                    break;
                case 3:
                    subject.cancel(timer);
                    break;
                default: {
                    // Stays short of the end of time, which a run of long steps would reach.
                    const TimePoint end = TimePoint{200 * YEAR};
                    RC_ASSERT(subject.expire_at(std::min(subject.now() + *spans(), end)));
                }
            }
            RC_ASSERT(subject.next_due_fits());
        }
    }));
}

TEST_CASE("a loop that sleeps until next_due fires each timer on its millisecond") {
    CHECK(rc::check([] {
        Subject subject{8};
        for (std::size_t i = 0; i < subject.size(); ++i) subject.arm(i, subject.now() + *spans());
        std::size_t fired = 0;
        int wakings = 0;
        while (const auto next = subject.wheel().next_due()) {
            // The model checks that what fires here was not due one wake-up earlier.
            RC_ASSERT(subject.expire_at(std::max(*next, subject.now())));
            fired += subject.fired();
            ++wakings;
        }
        RC_ASSERT(fired == subject.size());
        // Each timer is looked at no more than once per level.
        RC_ASSERT(wakings <= static_cast<int>(subject.size()) * 9);
    }));
}

TEST_CASE("fifty thousand timers") {
    constexpr std::size_t COUNT = 50'000;
    Subject subject{COUNT};
    const TimePoint start = subject.now();
    for (std::size_t i = 0; i < COUNT; ++i) {
        subject.arm(i, start + std::chrono::microseconds{(i * 7919) % 10'000'000});
    }
    // Half of them move out again and again, as a timeout does with every message.
    for (std::size_t i = 0; i < COUNT; i += 2) {
        for (int push = 1; push <= 10; ++push) subject.arm(i, start + 10s + push * 1s);
    }
    for (std::size_t i = 1; i < COUNT; i += 10) subject.cancel(i);

    std::size_t fired = 0;
    for (Duration step = 0s; step <= 25s; step += 777ms) {
        REQUIRE(subject.expire_at(start + step));
        fired += subject.fired();
    }
    CHECK(fired == COUNT - COUNT / 10);
    CHECK_FALSE(subject.wheel().next_due().has_value());
}

TEST_CASE("years pass in one step, and at once") {
    Subject subject{4};
    const TimePoint start = subject.now();
    subject.arm(0, start + 1ms);
    subject.arm(1, start + 3 * YEAR);
    subject.arm(2, start + 90 * YEAR);
    subject.arm(3, start + 200 * YEAR);
    CHECK(subject.expire_at(start + 3 * YEAR - 1ns));
    CHECK(subject.fired() == 1);
    CHECK(subject.expire_at(start + 3 * YEAR));
    CHECK(subject.fired() == 1);
    CHECK(subject.expire_at(start + 250 * YEAR));
    CHECK(subject.fired() == 2);
}

TEST_CASE("a far timer does not keep the loop awake") {
    Subject subject{1};
    subject.arm(0, subject.now() + 10min);
    int wakings = 0;
    while (const auto next = subject.wheel().next_due()) {
        CHECK(subject.expire_at(*next));
        ++wakings;
    }
    CHECK(wakings <= 4);
}

TEST_CASE("times before the origin and at the ends of time do no harm") {
    Subject subject{3, TimePoint{-1h}};
    subject.arm(0, TimePoint::min());
    subject.arm(1, TimePoint{-30min});
    subject.arm(2, TimePoint::max());
    TimerWheel& wheel = subject.wheel();
    wheel.expire(TimePoint::min());
    CHECK(subject.fired() == 1);
    wheel.expire(TimePoint{-30min});
    CHECK(subject.fired() == 2);
    // Move to where the next whole tick no longer fits in a TimePoint.
    const TimePoint late = TimePoint::max() - 1ns;
    wheel.expire(late);
    CHECK(subject.fired() == 2);
    REQUIRE(wheel.next_due().has_value());
    CHECK(*wheel.next_due() >= late);
}
