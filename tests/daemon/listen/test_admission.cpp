#include "daemon/listen/admission.hpp"

#include <doctest/doctest.h>

using namespace hark;

TEST_CASE("admission: nobody before a limit is set") {
    CHECK(Admission{10}.check(0) == Refusal::too_many_connections);
}

TEST_CASE("admission: as many as descriptors allow for") {
    Admission admission{10};
    CHECK(admission.set_limits(0, 15));
    CHECK(admission.max_connections() == 5);
    CHECK(admission.check(4) == std::nullopt);
    CHECK(admission.check(5) == Refusal::too_many_connections);
}

TEST_CASE("admission: no more than are wanted") {
    Admission admission{10};
    CHECK(admission.set_limits(3, 15));
    CHECK(admission.max_connections() == 3);
    CHECK(admission.check(3) == Refusal::too_many_connections);
    CHECK(admission.set_limits(5, 15));
    CHECK(admission.check(3) == std::nullopt);
}

TEST_CASE("admission: more are wanted than descriptors allow for") {
    Admission admission{10};
    CHECK_FALSE(admission.set_limits(6, 15));
    CHECK(admission.max_connections() == 5);
    CHECK_FALSE(admission.set_limits(6, 3));
    CHECK(admission.max_connections() == 1);
    CHECK(admission.set_limits(0, 3));
    CHECK(admission.max_connections() == 1);
}

TEST_CASE("admission: closed, nobody comes in") {
    Admission admission{10};
    CHECK(admission.set_limits(0, 15));
    admission.close();
    CHECK(admission.check(0) == Refusal::shutting_down);
}

TEST_CASE("admission: words") {
    CHECK(reason_text(Refusal::shutting_down) == "shutting down");
    CHECK(reason_text(Refusal::too_many_connections) == "too many connections");
    CHECK(reason_text(Refusal::out_of_descriptors) == "too many connections");
}
