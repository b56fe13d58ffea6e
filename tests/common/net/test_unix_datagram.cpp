#include "common/net/unix_datagram.hpp"
#include "tests/support/journal.hpp"

#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace hark;

namespace {

// A folder of its own would do as well; a name is enough.
std::string unused_path() {
    return (std::filesystem::temp_directory_path() / ("hark-test-" + std::to_string(::getpid())))
        .string();
}

}  // namespace

TEST_CASE("a datagram socket to a path") {
    const std::string path = unused_path();
    UniqueFd socket;
    CHECK(connect_datagram(path, socket) == -ENOENT);
    CHECK_FALSE(socket);
    {
        const test::FakeJournal other{path};
        REQUIRE(connect_datagram(path, socket) == 0);
        CHECK((::fcntl(socket.get(), F_GETFL) & O_NONBLOCK) != 0);
        CHECK((::fcntl(socket.get(), F_GETFD) & FD_CLOEXEC) != 0);
        test::send_all(socket.get(), "A=1\n");
        CHECK(other.read()->bytes == "A=1\n");
    }
    CHECK(connect_datagram(path, socket) == -ECONNREFUSED);
    ::unlink(path.c_str());
}

TEST_CASE("a datagram socket to an abstract name") {
    const std::string name = "hark-test-" + std::to_string(::getpid());
    const UniqueFd other{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path + 1, name.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
    test::checked(::bind(other.get(), reinterpret_cast<sockaddr*>(&address), size), "bind");
    UniqueFd socket;
    REQUIRE(connect_datagram("@" + name, socket) == 0);
    test::send_all(socket.get(), "READY=1");
    CHECK(test::recv_some(other.get()) == "READY=1");
}

TEST_CASE("a datagram socket to what is no address") {
    UniqueFd socket;
    for (const char* nonsense : {"", "/", "@", "relative/path"}) {
        CHECK_FALSE(is_datagram_address(nonsense));
        CHECK(connect_datagram(nonsense, socket) == -EINVAL);
    }
    CHECK(connect_datagram("/" + std::string(200, 'x'), socket) == -EINVAL);
    CHECK_FALSE(socket);
}
