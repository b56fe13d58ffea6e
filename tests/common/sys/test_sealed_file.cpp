#include "common/sys/sealed_file.hpp"
#include "tests/support/sockets.hpp"

#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace hark;

TEST_CASE("a sealed file holds the bytes, and nobody can change it") {
    std::string bytes(1 << 20, 'x');
    bytes[7] = '\0';
    UniqueFd file;
    REQUIRE(make_sealed_file("test", bytes, file) == 0);
    std::string read(bytes.size() + 1, '?');
    read.resize(static_cast<std::size_t>(
        test::checked(::pread(file.get(), read.data(), read.size(), 0), "pread")));
    CHECK(read == bytes);
    CHECK((::fcntl(file.get(), F_GETFD) & FD_CLOEXEC) != 0);
    CHECK(::pwrite(file.get(), "y", 1, 0) == -1);
    CHECK(::ftruncate(file.get(), 3) == -1);
    CHECK(::fcntl(file.get(), F_ADD_SEALS, F_SEAL_WRITE) == -1);
}
