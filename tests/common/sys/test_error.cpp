#include "common/sys/error.hpp"

#include <cerrno>

#include <doctest/doctest.h>

using namespace hark;

TEST_CASE("errno_text gives the C library's words") {
    CHECK(errno_text(EPIPE) == "Broken pipe");
    CHECK(errno_text(EADDRINUSE) == "Address already in use");
    CHECK(errno_text(ENOSPC) == "No space left on device");
}

TEST_CASE("errno_text says the number of an error it does not know") {
    CHECK(errno_text(98765).find("98765") != std::string::npos);
}

TEST_CASE("a SystemError carries verb, object and reason") {
    const SystemError error{EADDRINUSE, "cannot bind {}", "[::]:8765"};
    CHECK(std::string_view{error.what()} == "cannot bind [::]:8765: Address already in use");
    CHECK(error.error() == EADDRINUSE);
    CHECK(error.message() == "cannot bind {}");
    CHECK(error.object() == "[::]:8765");
}

TEST_CASE("a SystemError without an object keeps its message as it is") {
    const SystemError error{EACCES, "cannot open {}"};
    CHECK(std::string_view{error.what()} == "cannot open {}: Permission denied");
    CHECK(error.object().empty());
}

TEST_CASE("an object that looks like a place for one stays as it is") {
    CHECK(with_object("cannot open {}", "{}{}") == "cannot open {}{}");
    CHECK(with_object("cannot wait", "x") == "cannot wait");
}
