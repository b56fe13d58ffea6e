// A service manager for the daemon's end of the conversation, on a loop whose clock a test moves.
#pragma once

#include "daemon/server/systemd_notifier.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/sockets.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

namespace hark::test {

using Texts = std::vector<std::string>;

// The status of a daemon that has done nothing yet.
inline constexpr const char* IDLE = "STATUS=0 connections, 0 messages, 0 a second";

// A service manager's datagram socket at `name`, which is a path, or "@" and an abstract name.
inline UniqueFd manager_at(const std::string& name) {
    UniqueFd socket{
        checked(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket")};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    auto size = offsetof(sockaddr_un, sun_path) + name.size();
    if (name.starts_with('@')) address.sun_path[0] = '\0';
    checked(
        ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), static_cast<socklen_t>(size)),
        "bind");
    return socket;
}

struct ServiceFixture {
    ServiceFixture() { ::setenv("NOTIFY_SOCKET", name.c_str(), 1); }
    ~ServiceFixture() {
        for (const char* variable : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
            ::unsetenv(variable);
        }
    }
    ServiceFixture(const ServiceFixture&) = delete;
    ServiceFixture& operator=(const ServiceFixture&) = delete;

    ServiceFigures ask() noexcept { return figures; }
    SystemdNotifier& start() { return service.emplace(loop, method<&ServiceFixture::ask>(*this)); }
    // After start-up, with its notifications out of the way.
    SystemdNotifier& started() {
        start().ready();
        static_cast<void>(heard());
        return *service;
    }
    // A watchdog that expires after `time`.
    void set_watchdog(std::chrono::microseconds time, pid_t process) {
        ::setenv("WATCHDOG_USEC", std::to_string(time.count()).c_str(), 1);
        ::setenv("WATCHDOG_PID", std::to_string(process).c_str(), 1);
    }

    [[nodiscard]] Texts heard() const {
        Texts texts;
        char bytes[4096];
        while (true) {
            const ssize_t count = ::recv(manager.get(), bytes, sizeof bytes, MSG_DONTWAIT);
            if (count < 0) return texts;
            texts.emplace_back(bytes, static_cast<std::size_t>(count));
        }
    }
    void pass(Duration time) {
        clock.advance(time);
        loop.run_once({});
        loop.run_once({});
    }
    // Fills the queue, which nobody reads, with datagrams of another socket. Returns how many.
    std::size_t fill() const {
        const UniqueFd other{checked(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket")};
        sockaddr_un address{};
        socklen_t size = sizeof address;
        auto* const raw = reinterpret_cast<sockaddr*>(&address);
        checked(::getsockname(manager.get(), raw, &size), "getsockname");
        checked(::connect(other.get(), raw, size), "connect");
        std::size_t count = 0;
        while (::send(other.get(), "full", 4, MSG_DONTWAIT) == 4) ++count;
        REQUIRE(errno == EAGAIN);
        return count;
    }
    // What was heard after the `filling` datagrams that filled the queue.
    [[nodiscard]] Texts heard_after(std::size_t filling) const {
        Texts texts = heard();
        REQUIRE(texts.size() >= filling);
        texts.erase(texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(filling));
        return texts;
    }

    TemporaryFolder folder;
    std::string name = folder / "notify";
    UniqueFd manager = manager_at(name);
    ManualClock clock;
    EventLoop loop{clock};
    ServiceFigures figures;
    std::optional<SystemdNotifier> service;
};

}  // namespace hark::test
