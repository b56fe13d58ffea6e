#include "tests/support/sockets.hpp"
#include "tests/support/unix_sockets.hpp"

#include <filesystem>
#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace hark;

namespace {

struct UnusedPath {
    ~UnusedPath() { ::unlink(path.c_str()); }
    const std::string path = (std::filesystem::temp_directory_path() /
                              ("hark-test-stream-" + std::to_string(::getpid())))
                                 .string();
};

}  // namespace

TEST_CASE_FIXTURE(UnusedPath, "unix socket: connects to who listens at a path") {
    const UnixAddress address = test::unix_address(path);
    UniqueFd socket;
    CHECK(connect_unix(address, SOCK_STREAM, socket) == -ENOENT);
    CHECK_FALSE(socket);
    UniqueFd listener;
    REQUIRE(make_unix_socket(SOCK_STREAM, listener) == 0);
    CHECK((::fcntl(listener.get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(listener.get(), F_GETFD) & FD_CLOEXEC) != 0);
    test::checked(::bind(listener.get(), address.raw(), address.size), "bind");
    CHECK(connect_unix(address, SOCK_STREAM, socket) == -ECONNREFUSED);
    test::checked(::listen(listener.get(), 0), "listen");
    REQUIRE(connect_unix(address, SOCK_STREAM, socket) == 0);
    CHECK((::fcntl(socket.get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(socket.get(), F_GETFD) & FD_CLOEXEC) != 0);
    // Its backlog is full, and connecting does not wait.
    UniqueFd another;
    CHECK(connect_unix(address, SOCK_STREAM, another) == -EAGAIN);
    CHECK_FALSE(another);
    const UniqueFd accepted{::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    test::send_all(socket.get(), "hello");
    CHECK(test::recv_some(accepted.get()) == "hello");
}

TEST_CASE("unix socket: what fits into an address") {
    UnixAddress address;
    CHECK(make_unix_address("", address) == -EINVAL);
    CHECK(make_unix_address(std::string(108, 'x'), address) == -ENAMETOOLONG);
    REQUIRE(make_unix_address(std::string(107, 'x'), address) == 0);
    CHECK(address.size == sizeof(sockaddr_un));
    CHECK(std::string{address.name.sun_path} == std::string(107, 'x'));
    // Nothing is left of the previous address.
    REQUIRE(make_unix_address("/a", address) == 0);
    CHECK(address.size == offsetof(sockaddr_un, sun_path) + 3);
    CHECK(std::string{address.name.sun_path} == "/a");
}
