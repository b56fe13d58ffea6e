#include "bench/attack.hpp"

#include "bench/connecting.hpp"
#include "bench/latencies.hpp"
#include "common/sys/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <string_view>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace hark::bench {

namespace {

constexpr long TICK_NS = 1'000'000;
constexpr std::size_t RESETS_A_TICK = 3;
constexpr std::size_t BYTES_A_TICK = 2;
constexpr std::size_t LINES_A_BURST = 16;
constexpr std::string_view LINE =
    "sixty-four bytes that somebody sends and that nobody asked for!\n";
// For peers that do not read, or that send faster than they may: little waits in the kernel.
constexpr int SMALL_BUFFER = 4096;
// 127.0.0.2, .3 and so on: each kind comes from an address of its own.
constexpr in_addr_t FIRST_SOURCE = INADDR_LOOPBACK + 1;
// 127.128.0.0/9, for a kind that has many.
constexpr in_addr_t MANY_SOURCES = 0x7F800000;
constexpr in_addr_t SOURCES = 1U << 23U;

UniqueFd make_clock() {
    UniqueFd clock{timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK)};
    const itimerspec every{.it_interval = {0, TICK_NS}, .it_value = {0, TICK_NS}};
    if (!clock || timerfd_settime(clock.get(), 0, &every, nullptr) != 0) {
        throw SystemError{errno, "cannot make a clock"};
    }
    return clock;
}

void watch(int epoll, int operation, int fd, std::uint32_t events, std::uint64_t number) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = number;
    if (epoll_ctl(epoll, operation, fd, &event) != 0) {
        throw SystemError{errno, "cannot watch an attacker"};
    }
}

}  // namespace

Attack::Attack(AttackKind kind, std::uint16_t port, std::size_t count, int epoll,
               std::uint64_t first)
    : kind_{kind},
      port_{port},
      epoll_{epoll},
      first_{first},
      clock_{make_clock()},
      connections_(count),
      left_(count) {
    for (std::size_t line = 0; line < LINES_A_BURST; ++line) burst_ += LINE;
    for (std::size_t index = 0; index < count; ++index) connect(index);
    if (!is_storm() && kind_ != AttackKind::flood) {
        watch(epoll_, EPOLL_CTL_ADD, clock_.get(), EPOLLIN, first_ + count);
    }
}

void Attack::connect(std::size_t index) {
    UniqueFd& connection = connections_[index];
    const int small = kind_ == AttackKind::unread || kind_ == AttackKind::flood ? SMALL_BUFFER : 0;
    connection = connect_from(next_source(), port_, small);
    ++connections_made_;
    std::uint32_t events = 0;
    if (is_storm()) {
        shutdown(connection.get(), SHUT_WR);
        events = EPOLLIN;
    }
    if (kind_ == AttackKind::flood) events = EPOLLIN | EPOLLOUT;
    if (events != 0) watch(epoll_, EPOLL_CTL_ADD, connection.get(), events, first_ + index);
}

bool Attack::is_storm() const noexcept {
    return kind_ == AttackKind::storm || kind_ == AttackKind::addresses;
}

in_addr_t Attack::next_source() const noexcept {
    if (kind_ != AttackKind::addresses) return FIRST_SOURCE + static_cast<in_addr_t>(kind_);
    return MANY_SOURCES + static_cast<in_addr_t>(connections_made_ % SOURCES);
}

void Attack::handle(std::uint64_t number) {
    const std::size_t index = number - first_;
    if (index == connections_.size()) {
        tick();
    } else if (is_storm()) {
        // Its greeting, or its end, which comes soon.
        std::array<char, 512> bytes;
        const ssize_t got = recv(connections_[index].get(), bytes.data(), bytes.size(), 0);
        if (got == 0 || (got < 0 && errno != EAGAIN)) connect(index);
    } else {
        drain(index);
        send_lines(index);
    }
}

void Attack::tick() {
    std::uint64_t ticks = 0;
    if (read(clock_.get(), &ticks, sizeof ticks) != sizeof ticks) return;
    // Ticks missed in a busy moment are not all made up for at once.
    ticks = std::min<std::uint64_t>(ticks, 4);
    const std::uint64_t turns = kind_ == AttackKind::resets  ? ticks * RESETS_A_TICK
                                : kind_ == AttackKind::loris ? ticks * BYTES_A_TICK
                                                             : ticks;
    for (std::uint64_t turn = 0; turn < turns; ++turn) {
        const std::size_t index = next_++ % connections_.size();
        switch (kind_) {
            case AttackKind::resets: {
                const linger at_once{1, 0};
                setsockopt(connections_[index].get(), SOL_SOCKET, SO_LINGER, &at_once,
                           sizeof at_once);
                connections_[index].reset();
                connect(index);
                break;
            }
            case AttackKind::loris:
                if (::send(connections_[index].get(), "x", 1, MSG_NOSIGNAL) != 1) {
                    throw SystemError{errno, "cannot send a byte"};
                }
                break;
            case AttackKind::unread:
                send_lines(index);
                break;
            case AttackKind::none:
            case AttackKind::storm:
            case AttackKind::addresses:
            case AttackKind::flood:
                break;
        }
    }
}

// One burst, or what was left of the last one.
void Attack::send_lines(std::size_t index) {
    std::size_t& left = left_[index];
    if (left == 0) {
        left = burst_.size();
        lines_ += LINES_A_BURST;
    }
    const std::string_view rest = std::string_view{burst_}.substr(burst_.size() - left);
    const ssize_t sent = ::send(connections_[index].get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) throw SystemError{errno, "cannot send lines"};
    if (sent > 0) left -= static_cast<std::size_t>(sent);
}

void Attack::drain(std::size_t index) {
    std::array<char, 65536> bytes;
    while (recv(connections_[index].get(), bytes.data(), bytes.size(), 0) > 0) {
    }
}

void Attack::finish() {
    for (std::size_t index = 0; index < connections_.size(); ++index) {
        const int connection = connections_[index].get();
        const auto end = Clock::now() + std::chrono::milliseconds{PATIENCE_MS};
        while (left_[index] > 0) {
            if (Clock::now() > end)
                throw std::runtime_error{"the server does not read an attacker"};
            pollfd waiting{connection, POLLOUT, 0};
            poll(&waiting, 1, 10);
            drain(index);
            send_lines(index);
        }
        if (lines_ > 0) wait_for_end(connection);
    }
}

// The server closes its side when it has read everything.
void Attack::wait_for_end(int connection) {
    shutdown(connection, SHUT_WR);
    std::array<char, 65536> bytes;
    while (true) {
        const ssize_t got = recv(connection, bytes.data(), bytes.size(), 0);
        if (got == 0) return;
        if (got > 0) continue;
        if (errno != EAGAIN) throw SystemError{errno, "cannot end an attack"};
        pollfd waiting{connection, POLLIN, 0};
        if (poll(&waiting, 1, PATIENCE_MS) != 1) {
            throw std::runtime_error{"the server does not end an attack"};
        }
    }
}

}  // namespace hark::bench
