#include "common/varlink/json.hpp"
#include "tools/bench/result_json.hpp"
#include "tools/bench/result_text.hpp"

#include <memory>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

constexpr std::uint64_t US = 1000;
constexpr std::uint64_t MS = 1000 * US;

std::unique_ptr<LoadResult> some_result() {
    auto result = std::make_unique<LoadResult>();
    result->server = "192.0.2.1:8765";
    result->sent = 1000;
    result->acknowledged = 1000;
    result->seconds = 2;
    result->generator_cpu = 0.001;
    for (unsigned i = 0; i < 990; ++i) result->latency.record(120 * US);
    for (unsigned i = 0; i < 10; ++i) result->latency.record(4 * MS);
    return result;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string shown(const BenchOptions& options, const LoadResult& result) {
    return result_text(options, result, LocaleCharset{});
}

}  // namespace

TEST_CASE("a good result for people") {
    auto result = some_result();
    result->usage = ServerUsage::Figures{"1.2.3", 1000, 0.004, 2 * 1024 * 1024};
    const std::string text = shown({}, *result);
    CAPTURE(text);
    CHECK(has(text, "192.0.2.1:8765, harkd 1.2.3"));
    CHECK(has(text, "50 connections, messages of 64 bytes, at most 1 in flight on each"));
    CHECK(has(text, "1000 sent, 1000 acknowledged, in 2.0s"));
    CHECK(has(text, "500/s, 31KiB/s"));
    CHECK(has(text, "Errors      none"));
    CHECK(has(text, "4.00us of processor time a message (one processor at 0 %), 2.0MiB of memory"));
    CHECK(has(text, "1.00us of processor time a message"));
    CHECK(has(text, "Latency  120us  120us  120us  120us  4.0ms   4.0ms  4.0ms"));
    CHECK(has(text, "100us  200us       990  99.000"));
    CHECK(has(text, "3.0ms  5.0ms        10   1.000"));
    CHECK(has(text, "\n  ...\n"));
    CHECK_FALSE(has(text, "300us"));
    CHECK_FALSE(has(text, "Rate"));
    CHECK_FALSE(has(text, "Sent late by"));
}

TEST_CASE("a bad result says all that is wrong") {
    auto result = some_result();
    BenchOptions options;
    options.rate = 5000;
    result->unsent = 9000;
    result->unreachable = 1;
    result->refused = 2;
    result->lost = 3;
    result->not_stored = 4;
    result->unacknowledged = 5;
    result->warmup_sent = 77;
    result->usage_trouble = "because \x1b";
    const std::string text = shown(options, *result);
    CAPTURE(text);
    CHECK(has(text, "the server kept up with 500 of 5000 a second; 9000 were due and not sent"));
    CHECK(has(text,
              "1 connections could not be made, 2 connections refused, 3 connections lost, "
              "4 messages not stored, 5 messages not acknowledged"));
    CHECK(has(text, "its processor time is not known: because \\x1b"));
    CHECK(has(text, "77 before, to warm up"));
    CHECK(has(text, "Sent late by"));
}

TEST_CASE("nothing was measured") {
    LoadResult result;
    const std::string text = shown({}, result);
    CHECK(has(text, "0 sent, 0 acknowledged"));
    CHECK_FALSE(has(text, "p99"));
}

TEST_CASE("rows of a histogram") {
    LatencyHistogram histogram;
    CHECK(histogram_rows(histogram).size() == 1);
    histogram.record(500);
    histogram.record(40 * US);
    const auto rows = histogram_rows(histogram);
    REQUIRE(rows.size() == 9);
    CHECK(rows.front().from == 0);
    CHECK(rows.front().to == US);
    CHECK(rows.front().count == 1);
    CHECK(rows.back().from == 30 * US);
    CHECK(rows.back().to == 50 * US);
    CHECK(rows.back().count == 1);
}

TEST_CASE("no value is lost between the rows") {
    CHECK(rc::check([] {
        LatencyHistogram histogram;
        const auto values = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::uint64_t>>(
            rc::gen::inRange<std::uint64_t>(0, 1'000'000'000'000)));
        for (const std::uint64_t value : values) histogram.record(value);
        const auto rows = histogram_rows(histogram);
        std::uint64_t count = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            RC_ASSERT(rows[i].from < rows[i].to);
            if (i > 0) RC_ASSERT(rows[i - 1].to == rows[i].from);
            count += rows[i].count;
        }
        RC_ASSERT(count == values.size());
        RC_ASSERT(rows.front().count > 0);
        RC_ASSERT(rows.back().count > 0);
    }));
}

TEST_CASE("a result for machines") {
    auto result = some_result();
    BenchOptions options;
    options.messages = 1000;
    options.rate = 500;
    options.charsets = {{2, 3}, {0, 1}};
    const varlink::Json json = varlink::Json::parse(result_json(options, *result));
    CHECK(json["parameters"]["charset"] == varlink::Json{{"gbk", 3}, {"ascii", 1}});
    CHECK(json["parameters"]["messages"] == 1000);
    CHECK_FALSE(json["parameters"].contains("duration"));
    CHECK_FALSE(json["parameters"].contains("pipeline"));
    CHECK(json["messages"]["acknowledged"] == 1000);
    CHECK(json["message_rate"] == 500);
    CHECK(json["byte_rate"] == 32000);
    CHECK(json["latency"]["max"].get<double>() == doctest::Approx(0.004));
    CHECK(json["latency"]["p50"].get<double>() == doctest::Approx(120e-6).epsilon(0.005));
    CHECK(json["daemon"].contains("unknown"));
    CHECK(json.contains("delay"));
    std::uint64_t count = 0;
    for (const auto& bin : json["histogram"]) count += bin["count"].get<std::uint64_t>();
    CHECK(count == 1000);
    CHECK_FALSE(has(result_json({}, *result), "\"delay\""));
}
