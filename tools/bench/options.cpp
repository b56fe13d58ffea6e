#include "tools/bench/options.hpp"

#include "common/text/number.hpp"
#include "tools/cli/option_values.hpp"

#include <utility>

#include <fmt/format.h>

namespace hark {

namespace {

// "10", "2.5", "500ms", "10s", "2m", "1h"
Duration to_time(const std::string& value, double least, const char* complaint) {
    constexpr std::array<std::pair<std::string_view, double>, 5> UNITS{
        {{"", 1}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}}};
    std::string_view unit = value;
    const auto number = take_number<double>(unit);
    for (const auto& [name, seconds] : UNITS) {
        if (!number || unit != name) continue;
        if (*number * seconds >= least && *number * seconds <= LONGEST_S) {
            return to_duration(*number * seconds);
        }
    }
    refuse_value(complaint, value);
}

Mix to_mix(const std::string& value, std::span<const char* const> names, const char* complaint) {
    std::optional<Mix> mix = parse_mix(value, names);
    if (!mix) refuse_value(complaint, value);
    return *std::move(mix);
}

}  // namespace

void take_connections(Arguments& into, const std::string& value) {
    into.bench.connections = number_from<std::size_t>(
        value, 1, BenchOptions::MAX_CONNECTIONS,
        _("--connections: \"{}\" is no count, expected a number from 1 to 60000"));
}

void take_size(Arguments& into, const std::string& value) {
    into.bench.size = number_from<std::size_t>(
        value, 1, MAX_LOAD_MESSAGE,
        _("--size: \"{}\" is no size, expected a number from 1 to 1048576"));
}

void take_pipeline(Arguments& into, const std::string& value) {
    into.bench.pipeline = number_from<std::uint64_t>(
        value, 1, BenchOptions::MAX_PIPELINE,
        _("--pipeline: \"{}\" is no count, expected a number from 1 to 65536"));
}

void take_rate(Arguments& into, const std::string& value) {
    into.bench.rate = number_from<double>(
        value, BenchOptions::LEAST_RATE, BenchOptions::MAX_RATE,
        _("--rate: \"{}\" is no rate, expected messages a second, from 0.001 to "
          "100000000"));
}

void take_duration(Arguments& into, const std::string& value) {
    constexpr double LEAST_S = 1e-3;
    into.bench.duration =
        to_time(value, LEAST_S,
                _("--duration: \"{}\" is no time, expected seconds, or as in 500ms, 2m, 1h"));
}

void take_messages(Arguments& into, const std::string& value) {
    constexpr std::uint64_t MOST = 1'000'000'000'000;
    into.bench.messages =
        number_from<std::uint64_t>(value, 1, MOST,
                                   _("--messages: \"{}\" is no count, expected a number from 1 to "
                                     "1000000000000"));
}

void take_warmup(Arguments& into, const std::string& value) {
    into.bench.warmup = to_time(
        value, 0, _("--warmup: \"{}\" is no time, expected seconds, or as in 500ms, 2m, 1h"));
}

void take_charset_mix(Arguments& into, const std::string& value) {
    into.bench.charsets =
        to_mix(value, LOAD_CHARSETS,
               _("--charset: \"{}\" is no mix, expected ascii, chinese, gbk, undecodable, or "
                 "several of them, such as ascii=8,gbk=2"));
}

void take_framing_mix(Arguments& into, const std::string& value) {
    into.bench.framings = to_mix(value, LOAD_FRAMINGS,
                                 _("--framing: \"{}\" is no mix, expected lf, crlf, nul, none, or "
                                   "several of them, such as lf=9,none=1"));
}

void take_bench_timeout(Arguments& into, const std::string& value) {
    into.bench.timeout = timeout_from(value);
}

void check_bench_options(const BenchOptions& options) {
    // The times at which messages were sent, 8 bytes each; at a rate they are not kept.
    constexpr std::uint64_t MOST_IN_FLIGHT = 16 * 1024 * 1024;
    if (options.duration && options.messages) {
        throw UsageError{_("--duration and --messages: one of them")};
    }
    if (!options.rate && options.connections * options.pipeline.value_or(1) > MOST_IN_FLIGHT) {
        throw UsageError{_("--pipeline: with so many connections it is too much")};
    }
    if (options.rate && options.messages &&
        static_cast<double>(*options.messages) / *options.rate > LONGEST_S) {
        throw UsageError{
            fmt::format(fmt::runtime(_("--messages: {} at {} a second take longer than 1000000 s")),
                        *options.messages, *options.rate)};
    }
    const std::size_t kinds = options.charsets.size() * options.framings.size();
    if (options.connections < kinds) {
        throw UsageError{
            fmt::format(fmt::runtime(_("--connections: {} are not enough for {} kinds of clients")),
                        options.connections, kinds)};
    }
    for (const MixPart& part : options.charsets) {
        const std::size_t least = least_size(static_cast<LoadCharset>(part.kind));
        if (options.size >= least) continue;
        throw UsageError{fmt::format(fmt::runtime(_("--size: {} needs at least {} bytes")),
                                     LOAD_CHARSETS[part.kind], least)};
    }
}

}  // namespace hark
