#include "common/locale/translated.hpp"
#include "common/sys/error.hpp"

#include <cerrno>
#include <stdexcept>

#include <doctest/doctest.h>

using namespace hark;

// Without a locale the language is English; tests/program/test_harkd_locale.py reads Chinese.
TEST_CASE("a SystemError reads as verb, object and reason") {
    const SystemError error{EADDRINUSE, N_("cannot bind {}"), "[::]:8765"};
    CHECK(in_user_language(error) == "cannot bind [::]:8765: Address already in use");
}

TEST_CASE("any other exception says what it was given") {
    CHECK(in_user_language(std::runtime_error{"no {} here"}) == "no {} here");
}
