#include "tools/terminal/quantity_text.hpp"

#include <doctest/doctest.h>

using namespace hark;

TEST_CASE("durations, in two units at most") {
    CHECK(duration_text(0) == "0s");
    CHECK(duration_text(-1) == "0s");
    CHECK(duration_text(0.04) == "0s");
    CHECK(duration_text(0.06) == "0.1s");
    CHECK(duration_text(0.25) == "0.2s");
    CHECK(duration_text(9.94) == "9.9s");
    CHECK(duration_text(9.96) == "10s");
    CHECK(duration_text(59.4) == "59s");
    CHECK(duration_text(59.6) == "1m00s");
    CHECK(duration_text(125) == "2m05s");
    CHECK(duration_text(3599) == "59m59s");
    CHECK(duration_text(3600) == "1h00m");
    CHECK(duration_text(86399) == "23h59m");
    CHECK(duration_text(86400.0 * 5 + 6 * 3600 + 59) == "5d06h");
    CHECK(duration_text(1e300).ends_with("h"));
}

TEST_CASE("latencies") {
    CHECK(latency_text(0) == "0us");
    CHECK(latency_text(0.000012) == "12us");
    CHECK(latency_text(0.0009994) == "999us");
    CHECK(latency_text(0.0009996) == "1.0ms");
    CHECK(latency_text(0.0123) == "12ms");
    CHECK(latency_text(0.9996) == "1.00s");
    CHECK(latency_text(2.345) == "2.35s");
}

TEST_CASE("sizes") {
    CHECK(size_text(0) == "0B");
    CHECK(size_text(1023) == "1023B");
    CHECK(size_text(1024) == "1.0KiB");
    CHECK(size_text(1536) == "1.5KiB");
    CHECK(size_text(1023.9 * 1024) == "1.0MiB");
    CHECK(size_text(12.0 * 1024 * 1024) == "12MiB");
    CHECK(size_text(1.8e19) == "16EiB");
    CHECK(size_text(1e30).ends_with("EiB"));
}

TEST_CASE("rates") {
    CHECK(rate_text(0) == "0");
    CHECK(rate_text(0.04) == "0");
    CHECK(rate_text(0.06) == "0.1");
    CHECK(rate_text(9.9) == "9.9");
    CHECK(rate_text(12345.6) == "12346");
}
