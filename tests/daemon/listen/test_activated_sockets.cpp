#include "daemon/listen/activated_sockets.hpp"
#include "tests/support/child.hpp"
#include "tests/support/sockets.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

using namespace hark;

namespace {

SocketAddress address(std::string_view text) {
    return SocketAddress::parse(text).value();
}

// Descriptors from 3 on belong to the test's own process, so they are taken in a child: there,
// `fds` take their place, and what take_activated_sockets() returns goes to `check`, whose result
// is returned. 100: it threw; 101: it threw without saying `complaint`; 99: it threw ConfigError.
template <typename Check>
int taken(const std::vector<int>& fds, const std::string& names, Check check,
          const std::string& complaint = {}) {
    return test::in_child([&] {
        std::vector<int> high;
        for (const int fd : fds) high.push_back(::fcntl(fd, F_DUPFD, 100));
        int next = 3;
        for (const int fd : high) {
            if (fd < 0) ::close(next);  // -1: nothing is there
            if (fd >= 0 && ::dup2(fd, next) != next) return 102;
            ++next;
        }
        ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
        ::setenv("LISTEN_FDS", std::to_string(fds.size()).c_str(), 1);
        if (!names.empty()) ::setenv("LISTEN_FDNAMES", names.c_str(), 1);
        try {
            return check(take_activated_sockets()) ? 1 : 0;
        } catch (const ConfigError& error) {
            return std::string{error.what()}.find(complaint) == std::string::npos ? 101 : 99;
        } catch (const std::runtime_error& error) {
            return std::string{error.what()}.find(complaint) == std::string::npos ? 101 : 100;
        }
    });
}

bool nothing(const std::vector<ActivatedSocket>& sockets) {
    return sockets.empty();
}

int refused(int fd, const std::string& complaint) {
    return taken({fd}, "odd", nothing, complaint);
}

struct Variables {
    Variables() = default;
    ~Variables() {
        for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
    }
    Variables(const Variables&) = delete;
    Variables& operator=(const Variables&) = delete;

    static void set(const std::string& pid, const std::string& fds, const char* names = nullptr) {
        ::setenv("LISTEN_PID", pid.c_str(), 1);
        ::setenv("LISTEN_FDS", fds.c_str(), 1);
        if (names != nullptr) ::setenv("LISTEN_FDNAMES", names, 1);
    }
    const std::string own = std::to_string(::getpid());
};

// What load_config() would give for these.
struct Assigning {
    ListenerConfig& add(std::string_view at, std::string socket = {}) {
        ListenerConfig& listener = config.listeners.emplace_back();
        if (socket.empty()) listener.address = address(at);
        listener.socket = std::move(socket);
        listener.profile.framing.framing = Framing::line;
        listener.origin = {"x.toml", config.listeners.size(), 2};
        return listener;
    }
    void pass(std::string name, std::string_view at) {
        sockets.push_back({std::move(name), address(at), {}});
    }
    // "ADDRESS FRAMING INHERITED" of each.
    std::vector<std::string> assigned() {
        assign_sockets(config, sockets);
        std::vector<std::string> all;
        for (const ListenerConfig& listener : config.listeners) {
            all.push_back(listener.address.text() + " " +
                          std::string{name(listener.profile.framing.framing)} +
                          (listener.activated ? " " + std::to_string(*listener.activated) : ""));
        }
        return all;
    }
    std::string problem() {
        try {
            assign_sockets(config, sockets);
        } catch (const ConfigError& error) {
            return error.what();
        }
        return {};
    }

    Config config;
    std::vector<ActivatedSocket> sockets;
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(Variables, "activated sockets: none without the variables") {
    CHECK(take_activated_sockets().empty());
    ::setenv("LISTEN_FDS", "1", 1);
    CHECK(take_activated_sockets().empty());
    CHECK(std::getenv("LISTEN_FDS") == nullptr);
}

TEST_CASE_FIXTURE(Variables, "activated sockets: those of another process are left alone") {
    set(std::to_string(::getppid()), "1", "a");
    CHECK(take_activated_sockets().empty());
    for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) {
        CHECK(std::getenv(name) == nullptr);
    }
}

TEST_CASE_FIXTURE(Variables, "activated sockets: variables that make no sense") {
    const auto problem = [&](const std::string& pid, const std::string& fds, const char* names) {
        set(pid, fds, names);
        try {
            static_cast<void>(take_activated_sockets());
        } catch (const std::runtime_error& error) {
            return std::string{error.what()};
        }
        return std::string{};
    };
    CHECK(problem("x", "1", nullptr) == "invalid $LISTEN_PID 'x': expected a process ID");
    for (const char* count : {"", "-1", "1x", "99999", "4294967296"}) {
        CHECK(problem(own, count, nullptr) == std::string{"invalid $LISTEN_FDS '"} + count +
                                                  "': expected a number of sockets from 0 to 4096");
    }
    CHECK(problem(own, "3", "a:b") ==
          "invalid $LISTEN_FDNAMES 'a:b': expected 3 names separated by colons");
    CHECK(problem(own, "1", "a:b").ends_with("expected 1 name"));
    CHECK(problem(own, "0", "") == "");
}

TEST_CASE("activated sockets: they are taken with names and addresses") {
    const UniqueFd one = test::tcp_listener();
    const UniqueFd two = test::tcp_listener();
    const auto port = [](const UniqueFd& fd) { return test::port_of(fd.get()); };
    CHECK(taken({one.get(), two.get()}, "a:b", [&](const auto& sockets) {
              const auto owned = [](const ActivatedSocket& socket) {
                  const int fd = socket.fd.get();
                  return (::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0 &&
                         ::fcntl(fd, F_GETFD) == FD_CLOEXEC;
              };
              return sockets.size() == 2 && sockets[0].name == "a" && sockets[1].name == "b" &&
                     sockets[0].fd.get() == 3 && sockets[1].fd.get() == 4 &&
                     sockets[0].address.port() == port(one) &&
                     sockets[1].address.port() == port(two) &&
                     std::ranges::all_of(sockets, owned) && std::getenv("LISTEN_FDS") == nullptr;
          }) == 1);
    CHECK(taken({one.get(), two.get()}, "", [](const auto& sockets) {
              return std::ranges::all_of(
                  sockets, [](const auto& socket) { return socket.name == "unknown"; });
          }) == 1);
}

TEST_CASE("activated sockets: anything but a listening TCP socket is refused") {
    const std::string what = "cannot use descriptor 3 (odd) from the service manager: ";
    const std::string no_listener = what + "not a listening TCP socket";
    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    const UniqueFd reader{pipe[0]};
    const UniqueFd writer{pipe[1]};
    CHECK(refused(reader.get(), no_listener) == 99);
    const UniqueFd udp{::socket(AF_INET, SOCK_DGRAM, 0)};
    CHECK(refused(udp.get(), no_listener) == 99);
    const UniqueFd not_listening{::socket(AF_INET, SOCK_STREAM, 0)};
    CHECK(refused(not_listening.get(), no_listener) == 99);
    const UniqueFd local{::socket(AF_UNIX, SOCK_STREAM, 0)};
    sockaddr_un any{};
    any.sun_family = AF_UNIX;
    REQUIRE(::bind(local.get(), reinterpret_cast<sockaddr*>(&any), sizeof(sa_family_t)) == 0);
    REQUIRE(::listen(local.get(), 1) == 0);
    CHECK(refused(local.get(), no_listener) == 99);
    const test::SocketPair connection = test::tcp_pair();
    CHECK(refused(connection.server.get(), no_listener) == 99);
    CHECK(refused(-1, what + "Bad file descriptor") == 100);
}

TEST_CASE_FIXTURE(Assigning, "activated sockets: with none everything is bound") {
    CHECK(assigned() == Texts{"[::]:8765 auto"});
    config.listeners.clear();
    add("127.0.0.1:1");
    CHECK(assigned() == Texts{"127.0.0.1:1 line"});
}

TEST_CASE_FIXTURE(Assigning, "activated sockets: with nothing said they alone are served") {
    config.defaults.profile.framing.framing = Framing::chunk;
    pass("a", "127.0.0.1:1");
    pass("b", "[::1]:1");
    CHECK(assigned() == Texts{"127.0.0.1:1 chunk 0", "[::1]:1 chunk 1"});
}

TEST_CASE_FIXTURE(Assigning, "activated sockets: a listener has the one with its address") {
    pass("a", "[::1]:8765");
    pass("b", "[::]:8765");
    add("127.0.0.1:2");
    add("[::]:8765");
    add("127.0.0.1:0");
    CHECK(assigned() ==
          Texts{"127.0.0.1:2 line", "[::]:8765 line 1", "127.0.0.1:0 line", "[::1]:8765 auto 0"});
}

TEST_CASE_FIXTURE(Assigning, "activated sockets: a listener has all that bear its name") {
    pass("scanner", "127.0.0.1:1");
    pass("other", "127.0.0.1:2");
    pass("scanner", "[::1]:1");
    add({}, "scanner").greeting = "";
    CHECK(assigned() == Texts{"127.0.0.1:1 line 0", "[::1]:1 line 2", "127.0.0.1:2 auto 1"});
    CHECK(config.listeners[1].greeting == "");
    CHECK_FALSE(config.listeners[2].greeting);
}

TEST_CASE_FIXTURE(Assigning, "activated sockets: a name that none has") {
    add({}, "scanner");
    CHECK(problem() ==
          "x.toml:1:2: unknown socket 'scanner': expected an address, since the service manager "
          "passed no sockets");
    pass("a", "127.0.0.1:1");
    pass("b", "127.0.0.1:2");
    CHECK(problem() == "x.toml:1:2: unknown socket 'scanner': expected one of: a, b");
}

TEST_CASE_FIXTURE(Assigning, "activated sockets: one that two listeners are for") {
    pass("a", "127.0.0.1:1");
    add({}, "a");
    add("127.0.0.1:1");
    CHECK(problem() == "x.toml:2:2: duplicate address 127.0.0.1:1");
}

TEST_CASE_FIXTURE(Assigning, "activated sockets: all mistakes at once") {
    pass("a", "127.0.0.1:1");
    add({}, "x");
    add({}, "a");
    add("127.0.0.1:1");
    add({}, "y");
    CHECK(problem() ==
          "x.toml:1:2: unknown socket 'x': expected one of: a; "
          "x.toml:3:2: duplicate address 127.0.0.1:1; "
          "x.toml:4:2: unknown socket 'y': expected one of: a");
}
