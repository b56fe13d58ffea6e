#include "tools/bench/bench_options.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/text/number.hpp"
#include "tools/bench/bench.hpp"
#include "tools/bench/corpus.hpp"
#include "tools/cli/option_values.hpp"

#include <utility>

namespace hark {

namespace {

// "10", "2.5", "500ms", "10s", "2m", "1h"
Duration to_time(const std::string& value, double least, const char* message) {
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
    refuse_value(message, value);
}

Mix to_mix(const std::string& value, std::span<const char* const> names, const char* message) {
    std::optional<Mix> mix = parse_mix(value, names);
    if (!mix) refuse_value(message, value);
    return *std::move(mix);
}

}  // namespace

void take_connections(BenchOptions& into, const std::string& value) {
    into.connections = number_from<std::size_t>(
        value, 1, BenchOptions::MAX_CONNECTIONS,
        _("--connections: invalid count \"{}\": expected a number from 1 to 60000"));
}

void take_size(BenchOptions& into, const std::string& value) {
    into.size = number_from<std::size_t>(
        value, 1, MAX_LOAD_MESSAGE,
        _("--size: invalid size \"{}\": expected a number from 1 to 1048576"));
}

void take_pipeline(BenchOptions& into, const std::string& value) {
    into.pipeline = number_from<std::uint64_t>(
        value, 1, BenchOptions::MAX_PIPELINE,
        _("--pipeline: invalid count \"{}\": expected a number from 1 to 65536"));
}

void take_rate(BenchOptions& into, const std::string& value) {
    into.rate = number_from<double>(
        value, BenchOptions::LEAST_RATE, BenchOptions::MAX_RATE,
        _("--rate: invalid rate \"{}\": expected messages per second, from 0.001 to 100000000"));
}

void take_duration(BenchOptions& into, const std::string& value) {
    constexpr double LEAST_S = 1e-3;
    into.duration = to_time(
        value, LEAST_S,
        _("--duration: invalid time \"{}\": expected seconds, or a time such as 500ms, 2m or 1h"));
}

void take_messages(BenchOptions& into, const std::string& value) {
    constexpr std::uint64_t MOST = 1'000'000'000'000;
    into.messages = number_from<std::uint64_t>(
        value, 1, MOST,
        _("--messages: invalid count \"{}\": expected a number from 1 to "
          "1000000000000"));
}

void take_warmup(BenchOptions& into, const std::string& value) {
    into.warmup = to_time(
        value, 0,
        _("--warmup: invalid time \"{}\": expected seconds, or a time such as 500ms, 2m or 1h"));
}

void take_charset_mix(BenchOptions& into, const std::string& value) {
    into.charsets =
        to_mix(value, LOAD_CHARSETS,
               _("--charset: invalid mix \"{}\": expected ascii, chinese, gbk, undecodable, or "
                 "several of these, as in ascii=8,gbk=2"));
}

void take_framing_mix(BenchOptions& into, const std::string& value) {
    into.framings = to_mix(value, LOAD_FRAMINGS,
                           _("--framing: invalid mix \"{}\": expected lf, crlf, nul, none, or "
                             "several of these, as in lf=9,none=1"));
}

void take_bench_timeout(BenchOptions& into, const std::string& value) {
    into.timeout = timeout_from(value);
}

void check_bench_options(const BenchOptions& options) {
    // Send times take 8 bytes each; with a rate, none are kept.
    constexpr std::uint64_t MOST_IN_FLIGHT = 16 * 1024 * 1024;
    if (options.duration && options.messages) {
        throw UsageError{_("--duration and --messages cannot be combined")};
    }
    if (!options.rate && options.connections * options.pipeline.value_or(1) > MOST_IN_FLIGHT) {
        throw UsageError{_("--pipeline: too many messages in flight across all connections")};
    }
    if (options.rate && options.messages &&
        static_cast<double>(*options.messages) / *options.rate > LONGEST_S) {
        throw UsageError{
            formatted(_("--messages: sending {} at {} per second would take more than 1000000 s"),
                      *options.messages, *options.rate)};
    }
    const std::size_t kinds = options.charsets.size() * options.framings.size();
    if (options.connections < kinds) {
        throw UsageError{formatted(_("--connections: {} is too few for {} kinds of clients"),
                                   options.connections, kinds)};
    }
    for (const MixPart& part : options.charsets) {
        const std::size_t least = least_size(static_cast<LoadCharset>(part.kind));
        if (options.size >= least) continue;
        throw UsageError{
            formatted(_("--size: {} needs at least {} bytes"), LOAD_CHARSETS[part.kind], least)};
    }
}

}  // namespace hark
