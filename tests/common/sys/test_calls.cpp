#include "common/sys/calls.hpp"
#include "tests/support/sockets.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

using namespace hark;

namespace {

volatile sig_atomic_t interruptions = 0;

// SIGUSR1 interrupts system calls (no SA_RESTART) while this lives.
class Interrupting {
   public:
    Interrupting() {
        interruptions = 0;
        struct sigaction action {};
        action.sa_handler = [](int) { interruptions = interruptions + 1; };
        REQUIRE(::sigaction(SIGUSR1, &action, &before_) == 0);
    }
    ~Interrupting() { ::sigaction(SIGUSR1, &before_, nullptr); }
    Interrupting(const Interrupting&) = delete;
    Interrupting& operator=(const Interrupting&) = delete;

   private:
    struct sigaction before_ {};
};

// A file without a name, gone with its descriptor.
UniqueFd temporary_file() {
    char name[] = "/tmp/hark-test-XXXXXX";
    UniqueFd file{::mkostemp(name, O_CLOEXEC)};
    REQUIRE(file);
    ::unlink(name);
    return file;
}

// By value: epoll_event is packed, so references cannot bind to its members.
std::uint32_t bits_of(const epoll_event& event) {
    return event.events;
}
void* pointer_of(const epoll_event& event) {
    return event.data.ptr;
}

}  // namespace

TEST_CASE("accept gives a non-blocking, close-on-exec socket and the peer's address") {
    const UniqueFd listener = test::tcp_listener();
    const UniqueFd client = test::tcp_client(test::port_of(listener.get()));
    sockaddr_storage peer{};
    const UniqueFd server{sys::accept(listener.get(), peer)};
    REQUIRE(server);
    CHECK((::fcntl(server.get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(server.get(), F_GETFD) & FD_CLOEXEC) != 0);
    CHECK(peer.ss_family == AF_INET);
    sockaddr_in address{};
    std::memcpy(&address, &peer, sizeof address);
    CHECK(ntohs(address.sin_port) == test::port_of(client.get()));

    test::set_blocking(listener.get(), false);
    CHECK(sys::accept(listener.get(), peer) == -EAGAIN);
}

TEST_CASE("recv and send move bytes, and return -EAGAIN instead of waiting") {
    const test::SocketPair pair = test::tcp_pair();
    std::array<char, 16> buffer{};
    CHECK(sys::recv(pair.server.get(), buffer.data(), buffer.size()) == -EAGAIN);
    CHECK(sys::send(pair.server.get(), "hello", 5) == 5);
    CHECK(test::recv_exactly(pair.client.get(), 5) == "hello");
    test::send_until_full(pair.server.get());
    CHECK(sys::send(pair.server.get(), "x", 1) == -EAGAIN);
}

TEST_CASE("send to a peer that is gone returns an error and raises no SIGPIPE") {
    test::SocketPair pair = test::unix_pair();
    pair.client.reset();
    CHECK(sys::send(pair.server.get(), "x", 1) == -EPIPE);
}

TEST_CASE("shutdown_write ends one direction") {
    const test::SocketPair pair = test::tcp_pair();
    CHECK(sys::shutdown_write(pair.server.get()) == 0);
    CHECK(test::recv_to_end(pair.client.get()).empty());
    test::send_all(pair.client.get(), "still");
    REQUIRE(test::wait_for_unread(pair.server.get(), 5));
    std::array<char, 16> buffer{};
    CHECK(sys::recv(pair.server.get(), buffer.data(), buffer.size()) == 5);
    CHECK(sys::shutdown_write(-1) == -EBADF);
}

TEST_CASE("the calls on files return values or -errno") {
    const UniqueFd file = temporary_file();
    std::array<char, 16> buffer{};
    CHECK(sys::write(file.get(), "0123456789", 10) == 10);
    CHECK(sys::pread(file.get(), buffer.data(), 3, 4) == 3);
    CHECK(std::string_view{buffer.data(), 3} == "456");
    CHECK(sys::read(file.get(), buffer.data(), buffer.size()) == 0);  // pread does not move it

    struct stat status {};
    CHECK(sys::ftruncate(file.get(), 4) == 0);
    CHECK(sys::fdatasync(file.get()) == 0);
    CHECK(sys::fstat(file.get(), status) == 0);
    CHECK(status.st_size == 4);

    CHECK(sys::open("/nonexistent/file", O_RDONLY | O_CLOEXEC, 0) == -ENOENT);
    CHECK(sys::read(-1, buffer.data(), 1) == -EBADF);
    CHECK(sys::write(-1, buffer.data(), 1) == -EBADF);
    CHECK(sys::pread(-1, buffer.data(), 1, 0) == -EBADF);
    CHECK(sys::fstat(-1, status) == -EBADF);
    CHECK(sys::ftruncate(-1, 0) == -EBADF);
    CHECK(sys::fdatasync(-1) == -EBADF);
}

TEST_CASE("epoll reports with the pointer it was given") {
    const UniqueFd epoll{sys::epoll_create()};
    REQUIRE(epoll);
    CHECK((::fcntl(epoll.get(), F_GETFD) & FD_CLOEXEC) != 0);
    const test::SocketPair pair = test::tcp_pair();
    const int server = pair.server.get();
    int mark = 0;
    int other = 0;
    std::array<epoll_event, 4> events{};
    const auto wait = [&] { return sys::epoll_wait(epoll.get(), events.data(), 4, 0); };

    CHECK(sys::epoll_modify(epoll.get(), server, EPOLLIN, &mark) == -ENOENT);
    CHECK(sys::epoll_add(epoll.get(), server, EPOLLOUT, &mark) == 0);
    CHECK(sys::epoll_add(epoll.get(), server, EPOLLOUT, &mark) == -EEXIST);
    REQUIRE(wait() == 1);
    CHECK(bits_of(events[0]) == EPOLLOUT);
    CHECK(pointer_of(events[0]) == &mark);

    CHECK(sys::epoll_modify(epoll.get(), server, EPOLLIN, &other) == 0);
    CHECK(wait() == 0);
    test::send_all(pair.client.get(), "x");
    REQUIRE(sys::epoll_wait(epoll.get(), events.data(), 4, test::PATIENCE_MS) == 1);
    CHECK(pointer_of(events[0]) == &other);

    CHECK(sys::epoll_remove(epoll.get(), server) == 0);
    CHECK(wait() == 0);
    CHECK(sys::epoll_wait(-1, events.data(), 4, 0) == -EBADF);
}

TEST_CASE("a signal cuts epoll_wait short, which is no error") {
    const Interrupting interrupting;
    const UniqueFd epoll{sys::epoll_create()};
    std::atomic<bool> returned = false;
    const pthread_t self = ::pthread_self();
    // Repeatedly, because the first may come before the wait has begun.
    std::thread interrupter{[&] {
        while (!returned) {
            ::pthread_kill(self, SIGUSR1);
            std::this_thread::yield();
        }
    }};
    epoll_event event{};
    const int result = sys::epoll_wait(epoll.get(), &event, 1, test::PATIENCE_MS);
    returned = true;
    interrupter.join();
    CHECK(result == 0);
    CHECK(interruptions > 0);
}

TEST_CASE("read goes on after a signal") {
    const Interrupting interrupting;
    int fds[2];
    REQUIRE(::pipe2(fds, O_CLOEXEC) == 0);
    const UniqueFd reader{fds[0]};
    const UniqueFd writer{fds[1]};
    const pthread_t self = ::pthread_self();
    std::thread interrupter{[&] {
        for (int i = 0; i < 1000; ++i) {
            ::pthread_kill(self, SIGUSR1);
            std::this_thread::yield();
        }
        CHECK(::write(writer.get(), "x", 1) == 1);
    }};
    char byte = 0;
    const ssize_t result = sys::read(reader.get(), &byte, 1);
    interrupter.join();
    CHECK(result == 1);
    CHECK(interruptions > 0);
}
