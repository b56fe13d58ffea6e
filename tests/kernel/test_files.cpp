// What the log's sinks assume of files and pipes.
#include "common/sys/unique_fd.hpp"
#include "tests/support/child.hpp"
#include "tests/support/sockets.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace hark;

namespace {

// An unlinked file, opened with these additional `flags`.
UniqueFd temporary_file(int flags = 0) {
    char name[] = "/tmp/hark-test-XXXXXX";
    UniqueFd file{test::checked(::mkostemp(name, O_CLOEXEC | flags), "mkostemp")};
    ::unlink(name);
    return file;
}

}  // namespace

TEST_CASE("at the size limit a write comes back short, and then fails with EFBIG") {
    const UniqueFd file = temporary_file();
    const auto write_over_limit = [&] {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{100, 100};
        if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
        const std::string bytes(60, 'x');
        if (::write(file.get(), bytes.data(), bytes.size()) != 60) return 2;
        if (::write(file.get(), bytes.data(), bytes.size()) != 40) return 3;
        if (::write(file.get(), bytes.data(), bytes.size()) != -1) return 4;
        return errno == EFBIG ? 0 : 5;
    };
    CHECK(test::in_child(write_over_limit) == 0);
    struct stat status {};
    REQUIRE(::fstat(file.get(), &status) == 0);
    CHECK(status.st_size == 100);
}

TEST_CASE("a half-written line cut off again leaves no hole for what is appended") {
    const UniqueFd file = temporary_file(O_APPEND);
    REQUIRE(::write(file.get(), "whole\nhalf", 10) == 10);
    REQUIRE(::ftruncate(file.get(), 6) == 0);
    REQUIRE(::write(file.get(), "next\n", 5) == 5);
    std::array<char, 32> buffer{};
    REQUIRE(::pread(file.get(), buffer.data(), buffer.size(), 0) == 11);
    CHECK(std::string_view{buffer.data(), 11} == "whole\nnext\n");
}

TEST_CASE("a pipe opened again through /proc is a description of its own") {
    int fds[2];
    REQUIRE(::pipe2(fds, O_CLOEXEC) == 0);
    const UniqueFd reader{fds[0]};
    const UniqueFd writer{fds[1]};
    const std::string path = "/proc/self/fd/" + std::to_string(writer.get());
    const UniqueFd again{::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)};
    REQUIRE(again);

    CHECK((::fcntl(again.get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(writer.get(), F_GETFL) & O_NONBLOCK) == 0);
    REQUIRE(::write(again.get(), "same pipe", 9) == 9);
    std::array<char, 32> buffer{};
    CHECK(::read(reader.get(), buffer.data(), buffer.size()) == 9);

    const std::string bytes(4096, 'x');
    while (::write(again.get(), bytes.data(), bytes.size()) > 0) {
    }
    CHECK(errno == EAGAIN);
}

TEST_CASE("a duplicate of a pipe's end is not: it shares the flags") {
    int fds[2];
    REQUIRE(::pipe2(fds, O_CLOEXEC) == 0);
    const UniqueFd reader{fds[0]};
    const UniqueFd writer{fds[1]};
    const UniqueFd duplicate{::fcntl(writer.get(), F_DUPFD_CLOEXEC, 0)};
    REQUIRE(duplicate);
    test::set_blocking(duplicate.get(), false);
    CHECK((::fcntl(writer.get(), F_GETFL) & O_NONBLOCK) != 0);
}
