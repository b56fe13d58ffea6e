#include "common/sys/calls.hpp"
#include "common/sys/unique_fd.hpp"
#include "tests/support/faults.hpp"
#include "tests/support/sockets.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>

#include <doctest/doctest.h>
#include <fcntl.h>

using namespace hark;
using faults::Call;

namespace {

struct Fixture {
    [[nodiscard]] ssize_t send(std::string_view bytes) const {
        return sys::send(pair.server.get(), bytes.data(), bytes.size());
    }
    [[nodiscard]] ssize_t recv() {
        return sys::recv(pair.server.get(), buffer.data(), buffer.size());
    }

    test::SocketPair pair = test::unix_pair();
    std::array<char, 64> buffer{};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "without a script or faults, the calls are real") {
    CHECK(send("hello") == 5);
    CHECK(recv() == -EAGAIN);
    const faults::Script script;
    CHECK(send(" again") == 6);
    CHECK(test::recv_exactly(pair.client.get(), 11) == "hello again");
    CHECK(script.calls(Call::send) == 1);
    CHECK(script.calls(Call::recv) == 0);
    CHECK(script.struck(Call::send) == 0);
}

TEST_CASE_FIXTURE(Fixture, "a fault applies after some calls, for some calls") {
    faults::Script script;
    script.fail(Call::send, ENOBUFS, {.times = 2, .skip = 1});
    CHECK(send("a") == 1);
    CHECK(send("b") == -ENOBUFS);
    CHECK(send("c") == -ENOBUFS);
    CHECK(send("d") == 1);
    CHECK(test::recv_exactly(pair.client.get(), 2) == "ad");
    CHECK(script.calls(Call::send) == 4);
    CHECK(script.struck(Call::send) == 2);
}

TEST_CASE_FIXTURE(Fixture, "a shortened call transfers no more than allowed") {
    faults::Script script;
    script.shorten(Call::send, 3, {.times = 1});
    script.shorten(Call::recv, 2);
    CHECK(send("hello") == 3);
    CHECK(send("lo") == 2);
    CHECK(test::recv_exactly(pair.client.get(), 5) == "hello");
    test::send_all(pair.client.get(), "abc");
    CHECK(recv() == 2);
    CHECK(recv() == 1);
}

TEST_CASE_FIXTURE(Fixture, "faults of one call apply one after another") {
    faults::Script script;
    script.fail(Call::send, EAGAIN, {.times = 1});
    script.shorten(Call::send, 1, {.times = 1});
    CHECK(send("ab") == -EAGAIN);
    CHECK(send("ab") == 1);
    CHECK(send("ab") == 2);
}

TEST_CASE_FIXTURE(Fixture, "a fault may apply to one descriptor") {
    const test::SocketPair other = test::unix_pair();
    faults::Script script;
    script.fail(Call::send, EPIPE, {.fd = other.server.get()});
    CHECK(send("a") == 1);
    CHECK(sys::send(other.server.get(), "a", 1) == -EPIPE);
}

TEST_CASE_FIXTURE(Fixture, "faults can be removed, for one call or all") {
    faults::Script script;
    script.fail(Call::send, EIO);
    script.fail(Call::recv, EIO);
    CHECK(send("a") == -EIO);
    script.heal(Call::send);
    CHECK(send("a") == 1);
    CHECK(recv() == -EIO);
    script.heal();
    CHECK(recv() == -EAGAIN);
    CHECK(script.calls(Call::send) == 2);
}

TEST_CASE_FIXTURE(Fixture, "faults end with their script, and only one script can exist") {
    {
        faults::Script script;
        script.fail(Call::send, EIO);
        CHECK(send("a") == -EIO);
        CHECK_THROWS_AS(faults::Script{}, std::logic_error);
        CHECK(send("a") == -EIO);
    }
    CHECK(send("a") == 1);
}

TEST_CASE("every call can be made to fail") {
    faults::Script script;
    for (std::size_t i = 0; i < faults::CALLS; ++i) script.fail(static_cast<Call>(i), EIO);
    sockaddr_storage peer{};
    struct stat status {};
    epoll_event event{};
    char byte = 0;
    CHECK(sys::accept(-1, peer) == -EIO);
    CHECK(sys::recv(-1, &byte, 1) == -EIO);
    CHECK(sys::send(-1, &byte, 1) == -EIO);
    mmsghdr datagram{};
    CHECK(sys::sendmmsg(-1, &datagram, 1) == -EIO);
    CHECK(sys::unread(-1) == -EIO);
    CHECK(sys::send_descriptor(-1, -1) == -EIO);
    CHECK(sys::shutdown_write(-1) == -EIO);
    CHECK(sys::read(-1, &byte, 1) == -EIO);
    CHECK(sys::write(-1, &byte, 1) == -EIO);
    CHECK(sys::pread(-1, &byte, 1, 0) == -EIO);
    CHECK(sys::open("/dev/null", O_RDONLY, 0) == -EIO);
    CHECK(sys::memfd_create("test") == -EIO);
    CHECK(sys::fstat(-1, status) == -EIO);
    CHECK(sys::ftruncate(-1, 0) == -EIO);
    CHECK(sys::fdatasync(-1) == -EIO);
    aio_context_t context = 0;
    iocb request{};
    io_event result{};
    CHECK(sys::io_setup(context) == -EIO);
    CHECK(sys::io_submit(context, request) == -EIO);
    CHECK(sys::io_getevents(context, result, true) == -EIO);
    CHECK(sys::epoll_create() == -EIO);
    CHECK(sys::epoll_add(-1, -1, 0, nullptr) == -EIO);
    CHECK(sys::epoll_modify(-1, -1, 0, nullptr) == -EIO);
    CHECK(sys::epoll_remove(-1, -1) == -EIO);
    CHECK(sys::epoll_wait(-1, &event, 1, 0) == -EIO);
    for (std::size_t i = 0; i < faults::CALLS; ++i) {
        CHECK(script.calls(static_cast<Call>(i)) == 1);
        CHECK(script.struck(static_cast<Call>(i)) == 1);
    }
}
