#include "daemon/log/journal_stream.hpp"
#include "tests/support/sockets.hpp"

#include <cstdlib>

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <sys/stat.h>

using namespace hark;

TEST_CASE("journal stream: only the descriptor that the variable is about") {
    const test::SocketPair pair = test::unix_pair();
    ::unsetenv("JOURNAL_STREAM");
    CHECK_FALSE(output_is_journal(pair.server.get()));
    struct stat status {};
    test::checked(::fstat(pair.server.get(), &status), "fstat");
    ::setenv("JOURNAL_STREAM", fmt::format("{}:{}", status.st_dev, status.st_ino).c_str(), 1);
    CHECK(output_is_journal(pair.server.get()));
    CHECK_FALSE(output_is_journal(pair.client.get()));
    CHECK_FALSE(output_is_journal(-1));
    CHECK_FALSE(output_is_journal());
    for (const char* nonsense : {"", "8", ":", "8:1x"}) {
        ::setenv("JOURNAL_STREAM", nonsense, 1);
        CHECK_FALSE(output_is_journal(pair.server.get()));
    }
    ::unsetenv("JOURNAL_STREAM");
}
