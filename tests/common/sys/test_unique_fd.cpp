#include "common/sys/unique_fd.hpp"

#include <utility>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

using hark::UniqueFd;

namespace {

int open_something() {
    const int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    REQUIRE(fd >= 0);
    return fd;
}

bool is_open(int fd) {
    return ::fcntl(fd, F_GETFD) >= 0;
}

}  // namespace

TEST_CASE("a UniqueFd closes what it owns at its end") {
    const int fd = open_something();
    {
        const UniqueFd owner{fd};
        CHECK(owner);
        CHECK(owner.get() == fd);
        CHECK(is_open(fd));
    }
    CHECK_FALSE(is_open(fd));
}

TEST_CASE("a negative number is nothing to own") {
    const UniqueFd none;
    const UniqueFd failed{-1};
    CHECK_FALSE(none);
    CHECK_FALSE(failed);
}

TEST_CASE("moving a UniqueFd moves the ownership") {
    const int fd = open_something();
    UniqueFd first{fd};
    UniqueFd second{std::move(first)};
    CHECK(second.get() == fd);
    CHECK(first.get() == -1);

    const int other = open_something();
    UniqueFd third{other};
    third = std::move(second);
    CHECK_FALSE(is_open(other));
    CHECK(third.get() == fd);
    CHECK(is_open(fd));
}

TEST_CASE("assigning a UniqueFd to itself keeps it open") {
    const int fd = open_something();
    UniqueFd owner{fd};
    UniqueFd& same = owner;
    owner = std::move(same);
    CHECK(owner.get() == fd);
    CHECK(is_open(fd));
}

TEST_CASE("reset closes the old and takes the new; release closes nothing") {
    const int fd = open_something();
    const int other = open_something();
    UniqueFd owner{fd};
    owner.reset(other);
    CHECK_FALSE(is_open(fd));
    CHECK(owner.get() == other);

    CHECK(owner.release() == other);
    CHECK_FALSE(owner);
    CHECK(is_open(other));
    ::close(other);
}
