#include "common/loop/event_loop.hpp"
#include "common/loop/fd_watch.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/sockets.hpp"

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <utility>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

using namespace hark;
using namespace std::chrono_literals;

namespace {

// A watched end of a connection that notes what it hears.
class Watched {
   public:
    explicit Watched(EventLoop& loop, test::SocketPair ends = test::tcp_pair())
        : pair{std::move(ends)}, watch{loop, method<&Watched::on_ready>(*this)} {}

    void start(std::uint32_t events) { REQUIRE(watch.start(pair.server.get(), events) == 0); }
    // Makes it readable, and returns only once it is.
    void feed() {
        test::send_all(pair.client.get(), "x");
        REQUIRE(test::wait_for_unread(pair.server.get(), 1));
    }
    // Makes it readable, ended, and in error.
    void feed_and_reset() {
        feed();
        test::reset_connection(pair.client);
        REQUIRE((test::poll_for(pair.server.get(), 0) & POLLERR) != 0);
    }

    test::SocketPair pair;
    FdWatch watch;
    unsigned calls = 0;
    std::uint32_t last = 0;
    FdWatch* stops = nullptr;
    FdWatch* narrows = nullptr;
    std::uint32_t narrows_to = 0;
    std::unique_ptr<Watched>* destroys = nullptr;

   private:
    void on_ready(std::uint32_t events) noexcept {
        ++calls;
        last = events;
        if (narrows != nullptr) CHECK(narrows->set_interest(narrows_to) == 0);
        if (stops != nullptr) stops->stop();
        if (destroys != nullptr) destroys->reset();
    }
};

struct FdWatchTest {
    void round() { loop.run_once(0s); }

    test::ManualClock clock;
    EventLoop loop{clock};
};

}  // namespace

TEST_CASE_FIXTURE(FdWatchTest, "a watch hears what it asked for, once a round, until it is read") {
    Watched watched{loop};
    watched.start(EPOLLIN);
    CHECK(watched.watch.interest() == EPOLLIN);
    round();
    CHECK(watched.calls == 0);
    watched.feed();
    round();
    CHECK(watched.calls == 1);
    CHECK(watched.last == EPOLLIN);
    round();
    CHECK(watched.calls == 2);
    CHECK(test::recv_exactly(watched.pair.server.get(), 1) == "x");
    round();
    CHECK(watched.calls == 2);
}

TEST_CASE_FIXTURE(FdWatchTest, "the interest changes, and comes back from nothing") {
    Watched watched{loop};
    watched.start(0);
    watched.feed();
    round();
    CHECK(watched.calls == 0);

    CHECK(watched.watch.set_interest(EPOLLIN) == 0);
    round();
    CHECK(watched.last == EPOLLIN);
    CHECK(watched.watch.set_interest(EPOLLOUT) == 0);
    round();
    CHECK(watched.last == EPOLLOUT);
    CHECK(watched.watch.set_interest(EPOLLOUT) == 0);
    CHECK(watched.watch.set_interest(0) == 0);
    CHECK(watched.watch.set_interest(0) == 0);
    round();
    CHECK(watched.calls == 2);
}

TEST_CASE_FIXTURE(FdWatchTest, "with no interest a reset peer is not heard") {
    Watched watched{loop};
    watched.start(EPOLLIN);
    CHECK(watched.watch.set_interest(0) == 0);
    test::reset_connection(watched.pair.client);
    REQUIRE((test::poll_for(watched.pair.server.get(), 0) & POLLERR) != 0);
    round();
    CHECK(watched.calls == 0);
    CHECK(watched.watch.set_interest(EPOLLIN) == 0);
    round();
    CHECK((watched.last & EPOLLERR) != 0);
}

TEST_CASE_FIXTURE(FdWatchTest, "a stopped watch hears nothing, and can start again elsewhere") {
    Watched watched{loop};
    watched.start(EPOLLIN);
    watched.feed();
    watched.watch.stop();
    watched.watch.stop();
    CHECK(watched.watch.interest() == 0);
    CHECK(watched.watch.set_interest(EPOLLIN) == -EBADF);
    round();
    CHECK(watched.calls == 0);

    const test::SocketPair other = test::tcp_pair();
    CHECK(watched.watch.start(other.server.get(), EPOLLOUT) == 0);
    round();
    CHECK(watched.last == EPOLLOUT);
}

TEST_CASE_FIXTURE(FdWatchTest, "starting elsewhere lets go of the first descriptor") {
    Watched watched{loop};
    watched.start(EPOLLIN);
    watched.feed();
    const test::SocketPair other = test::tcp_pair();
    CHECK(watched.watch.start(other.server.get(), EPOLLIN) == 0);
    round();
    CHECK(watched.calls == 0);
}

TEST_CASE_FIXTURE(FdWatchTest, "what cannot be watched is refused, and the watch stays stopped") {
    char name[] = "/tmp/hark-test-XXXXXX";
    const UniqueFd file{::mkostemp(name, O_CLOEXEC)};
    REQUIRE(file);
    ::unlink(name);
    Watched watched{loop};
    CHECK(watched.watch.start(file.get(), EPOLLIN) == -EPERM);
    CHECK(watched.watch.interest() == 0);
    CHECK(watched.watch.set_interest(EPOLLIN) == -EBADF);
}

// In these tests two watches are ready, and whichever is called first acts on the other.
TEST_CASE_FIXTURE(FdWatchTest, "a watch that is stopped in a round is not called in it any more") {
    Watched first{loop};
    Watched second{loop};
    first.start(EPOLLIN);
    second.start(EPOLLIN);
    first.feed_and_reset();
    second.feed_and_reset();
    first.stops = &second.watch;
    second.stops = &first.watch;
    round();
    CHECK(first.calls + second.calls == 1);
    round();
    CHECK(first.calls + second.calls == 2);
}

TEST_CASE_FIXTURE(FdWatchTest, "a watch that loses its interest in a round is not called in it") {
    Watched first{loop};
    Watched second{loop};
    first.start(EPOLLIN);
    second.start(EPOLLIN);
    first.feed_and_reset();
    second.feed_and_reset();
    first.narrows = &second.watch;
    second.narrows = &first.watch;
    round();
    CHECK(first.calls + second.calls == 1);
}

TEST_CASE_FIXTURE(FdWatchTest, "a watch does not hear what it is no longer interested in") {
    Watched first{loop};
    Watched second{loop};
    first.start(EPOLLIN);
    second.start(EPOLLIN);
    first.feed();
    second.feed();
    first.narrows = &second.watch;
    second.narrows = &first.watch;
    first.narrows_to = second.narrows_to = EPOLLRDHUP;
    round();
    CHECK(first.calls + second.calls == 1);
}

TEST_CASE_FIXTURE(FdWatchTest,
                  "a watch that is destroyed in a round is not called in it any more") {
    auto first = std::make_unique<Watched>(loop);
    auto second = std::make_unique<Watched>(loop);
    first->start(EPOLLIN);
    second->start(EPOLLIN);
    first->feed();
    second->feed();
    first->destroys = &second;
    second->destroys = &first;
    round();
    CHECK((first == nullptr) != (second == nullptr));
    CHECK((first ? first : second)->calls == 1);
}

TEST_CASE_FIXTURE(FdWatchTest, "a watch may destroy itself") {
    auto own = std::make_unique<Watched>(loop);
    own->start(EPOLLIN);
    own->feed();
    own->destroys = &own;
    round();
    CHECK(own == nullptr);
    round();
}

TEST_CASE_FIXTURE(FdWatchTest, "one callback gets the data, the end and the error together") {
    Watched watched{loop};
    watched.start(EPOLLIN | EPOLLRDHUP);
    watched.feed_and_reset();
    round();
    CHECK(watched.calls == 1);
    CHECK(watched.last == (EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP));
}
