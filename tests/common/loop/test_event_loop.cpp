#include "common/loop/event_loop.hpp"
#include "common/sys/error.hpp"
#include "tests/support/child.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run_until.hpp"
#include "tests/support/sockets.hpp"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <sys/syscall.h>

using namespace hark;
using namespace std::chrono_literals;

namespace {

unsigned long allocations = 0;

}  // namespace

// Counts what the whole executable allocates, for the test that a round allocates nothing.
void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace {

// A connection, a timer and a task per stage, each of which writes its letter when called. The
// socket's callback schedules the tasks and arms the timer for the same round.
class Worker {
   public:
    explicit Worker(EventLoop& loop) : loop_{loop} {
        REQUIRE(watch_.start(ends_.server.get(), EPOLLIN) == 0);
        order.reserve(64);
    }

    void send() { test::send_all(ends_.client.get(), "x"); }
    // Returns only once the socket is readable.
    void feed() {
        send();
        REQUIRE(test::wait_for_unread(ends_.server.get(), 1));
    }

    std::string order;
    TimePoint seen_now{};
    WallTime seen_wall{};

   private:
    void on_ready(std::uint32_t) noexcept {
        char byte = 0;
        CHECK(::recv(ends_.server.get(), &byte, 1, 0) == 1);
        note('w');
        seen_now = loop_.now();
        seen_wall = loop_.wall_now();
        finish_.schedule();
        process_.schedule();
        timer_.arm(loop_.now());
    }
    void on_expiry() noexcept { note('t'); }
    void on_process() noexcept {
        note('p');
        respond_.schedule();
    }
    void on_respond() noexcept { note('r'); }
    void on_finish() noexcept { note('f'); }
    void note(char letter) noexcept {
        if (order.size() == order.capacity()) order.clear();
        order += letter;
    }

    EventLoop& loop_;
    test::SocketPair ends_ = test::tcp_pair();
    FdWatch watch_{loop_, method<&Worker::on_ready>(*this)};
    Timer timer_{loop_, method<&Worker::on_expiry>(*this)};
    DeferredTask process_{loop_, Stage::process, method<&Worker::on_process>(*this)};
    DeferredTask respond_{loop_, Stage::respond, method<&Worker::on_respond>(*this)};
    DeferredTask finish_{loop_, Stage::finish, method<&Worker::on_finish>(*this)};
};

struct Stopper {
    explicit Stopper(EventLoop& stopped) : loop{stopped} {}
    void on_expiry() noexcept {
        ++calls;
        loop.stop();
    }

    EventLoop& loop;
    int calls = 0;
    Timer timer{loop, method<&Stopper::on_expiry>(*this)};
};

}  // namespace

TEST_CASE("a round calls watches, then timers, then the stages in order") {
    test::ManualClock clock;
    EventLoop loop{clock};
    Worker worker{loop};
    worker.feed();
    loop.run_once(0s);
    CHECK(worker.order == "wtprf");
}

TEST_CASE("the clocks are read once a round, after the wait") {
    test::ManualClock clock;
    EventLoop loop{clock};
    Worker worker{loop};
    const TimePoint before = loop.now();
    clock.advance(3s);
    CHECK(loop.now() == before);
    worker.feed();
    loop.run_once(0s);
    CHECK(worker.seen_now == clock.monotonic());
    CHECK(worker.seen_wall == clock.wall());
    CHECK(loop.now() == clock.monotonic());
    CHECK(loop.wall_now() == clock.wall());
}

TEST_CASE("no round allocates") {
    test::ManualClock clock;
    EventLoop loop{clock};
    Worker first{loop};
    Worker second{loop};
    Worker third{loop};
    const unsigned long before = allocations;
    for (int round = 0; round < 1000; ++round) {
        first.feed();
        second.feed();
        if (round % 3 == 0) third.feed();
        clock.advance(7ms);
        loop.run_once(0s);
    }
    const unsigned long after = allocations;
    CHECK(before > 0);  // the counter counts
    CHECK(after == before);
}

TEST_CASE("run ends with the round in which it is told to stop, and can run again") {
    const SystemClock clock;
    EventLoop loop{clock};
    Stopper stopper{loop};
    stopper.timer.arm_in(0s);
    loop.run();
    CHECK(stopper.calls == 1);
    stopper.timer.arm_in(1ms);
    loop.run();
    CHECK(stopper.calls == 2);
}

TEST_CASE("run_once waits no longer than it is told") {
    const SystemClock clock;
    EventLoop loop{clock};
    Stopper stopper{loop};
    stopper.timer.arm_in(1h);
    const auto before = std::chrono::steady_clock::now();
    loop.run_once(15ms);
    CHECK(std::chrono::steady_clock::now() - before >= 15ms);
    CHECK(stopper.calls == 0);
    loop.run_once(-1s);
    loop.run_once(0s);
    CHECK(stopper.calls == 0);
}

TEST_CASE("a wait ends for what comes meanwhile") {
    const SystemClock clock;
    EventLoop loop{clock};
    Worker worker{loop};
    std::thread sender{[&] { worker.send(); }};
    const bool heard = test::run_until(loop, [&] { return !worker.order.empty(); });
    sender.join();
    CHECK(heard);
}

TEST_CASE("the loop sleeps until a timer is due, and does not spin before") {
    const SystemClock clock;
    EventLoop loop{clock};
    Stopper stopper{loop};
    const TimePoint deadline = clock.monotonic() + 20ms + 300us;
    stopper.timer.arm(deadline);
    int rounds = 0;
    while (stopper.calls == 0) {
        loop.run_once(10s);
        ++rounds;
    }
    CHECK(loop.now() >= deadline);
    // One, plus one for each level of the wheel that the timer moves down.
    CHECK(rounds <= 3);
}

TEST_CASE("more descriptors than a round takes are all heard") {
    test::ManualClock clock;
    EventLoop loop{clock};
    struct Counted {
        Counted(EventLoop& of, int fd) : watch{of, method<&Counted::on_ready>(*this)} {
            REQUIRE(watch.start(fd, EPOLLOUT) == 0);
        }
        void on_ready(std::uint32_t) noexcept { ++calls; }

        FdWatch watch;
        int calls = 0;
    };
    constexpr std::size_t PAIRS = 300;
    std::vector<test::SocketPair> pairs;
    std::deque<Counted> watches;
    for (std::size_t i = 0; i < PAIRS; ++i) {
        pairs.push_back(test::unix_pair());
        watches.emplace_back(loop, pairs.back().server.get());
    }
    // The kernel hands out those that have waited longest first.
    for (std::size_t heard = 0; heard < PAIRS; heard += EventLoop::EVENTS_A_ROUND) {
        loop.run_once(0s);
    }
    for (const Counted& watch : watches) CHECK(watch.calls >= 1);
}

TEST_CASE("an observer hears how long the work of a round took") {
    test::ManualClock clock;
    EventLoop loop{clock};
    struct Worker {
        explicit Worker(EventLoop& of, test::ManualClock& its_clock)
            : moved{its_clock}, timer{of, method<&Worker::work>(*this)} {}
        void work() noexcept { moved.advance(3ms); }
        void on_round(Duration time) noexcept { heard.push_back(time); }

        test::ManualClock& moved;
        Timer timer;
        std::vector<Duration> heard;
    };
    Worker worker{loop, clock};
    loop.run_once(0s);
    loop.observe(method<&Worker::on_round>(worker));
    clock.advance(1h);  // which does not count as work
    loop.run_once(0s);
    worker.timer.arm(clock.monotonic());
    loop.run_once(0s);
    CHECK(worker.heard == std::vector<Duration>{0ms, 3ms});
    loop.observe(std::nullopt);
    loop.run_once(0s);
    CHECK(worker.heard.size() == 2);
}

TEST_CASE("a loop that gets no epoll instance says so") {
    const auto without_epoll = [] {
        if (!test::refuse_call(SYS_epoll_create1, EPOLL_CLOEXEC, EMFILE)) return 1;
        try {
            const SystemClock clock;
            EventLoop loop{clock};
        } catch (const SystemError& error) {
            return error.error() == EMFILE ? 0 : 2;
        }
        return 3;
    };
    CHECK(test::in_child(without_epoll) == 0);
}
