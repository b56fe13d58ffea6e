#include "common/sys/environment.hpp"

#include <cstdlib>

#include <doctest/doctest.h>

using namespace hark;

TEST_CASE("environment: a variable is taken once") {
    ::setenv("HARK_TEST_VARIABLE", "value", 1);
    CHECK(take_variable("HARK_TEST_VARIABLE") == "value");
    CHECK(std::getenv("HARK_TEST_VARIABLE") == nullptr);
    CHECK_FALSE(take_variable("HARK_TEST_VARIABLE"));
    ::setenv("HARK_TEST_VARIABLE", "", 1);
    CHECK(take_variable("HARK_TEST_VARIABLE") == "");
}
