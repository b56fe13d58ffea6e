#include "tools/admin/openmetrics.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace hark;

TEST_CASE("OpenMetrics: names are escaped, and a log that is there twice is one") {
    DaemonStatus status;
    status.sinks = {{.name = "a\"\\\n"}, {.name = "a\"\\\n"}};
    status.refusals = {{"\"", 3}};
    const std::string text = openmetrics_text(status);
    CHECK(text.find("harkd_refusals_total{reason=\"\\\"\"} 3\n") != std::string::npos);
    CHECK(text.find("harkd_memory_limit") == std::string::npos);
    CHECK(text.ends_with("\n# EOF\n"));
    const std::string sample = R"(harkd_log_pauses_total{log="a\"\\\n"} 0)"
                               "\n";
    const std::size_t first = text.find(sample);
    REQUIRE(first != std::string::npos);
    CHECK(text.find(sample, first + 1) == std::string::npos);
    CHECK(text.find("certificate") == std::string::npos);
}

TEST_CASE("OpenMetrics: when certificates expire") {
    DaemonStatus status;
    status.listening = {{.address = "[::]:1"},
                        {.address = "[::]:2", .tls = {{.expires = "2027-01-31T12:00:00Z"}}},
                        {.address = "[::]:3", .tls = TlsStatus{}},
                        {.address = "[::]:4", .tls = {{.expires = "2027-01-31T12:00:00Zulu"}}}};
    const std::string text = openmetrics_text(status);
    const std::string sample =
        "harkd_certificate_expiry_timestamp_seconds{listener=\"[::]:2\"} 1801396800\n";
    CHECK(text.find(sample) != std::string::npos);
    CHECK(text.find("\"[::]:1\"") == std::string::npos);
    CHECK(text.find("\"[::]:3\"") == std::string::npos);
    CHECK(text.find("\"[::]:4\"") == std::string::npos);
}
