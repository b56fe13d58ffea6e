#include "tools/bench/result_json.hpp"

#include "common/varlink/json.hpp"
#include "tools/bench/corpus.hpp"
#include "tools/control/shown_json.hpp"

#include <span>

namespace hark {

using varlink::Json;

namespace {

constexpr double SECONDS_A_NANOSECOND = 1e-9;

double seconds_from(std::uint64_t nanoseconds) {
    return static_cast<double>(nanoseconds) * SECONDS_A_NANOSECOND;
}

Json json_of(const Mix& mix, std::span<const char* const> names) {
    Json parts = Json::object();
    for (const MixPart& part : mix) parts[names[part.kind]] = part.weight;
    return parts;
}

Json parameters_of(const BenchOptions& options) {
    Json parameters{{"host", options.server.host},
                    {"port", options.server.port},
                    {"tls", options.tls != nullptr},
                    {"connections", options.connections},
                    {"size", options.size}};
    if (options.pipeline) {
        parameters["pipeline"] = *options.pipeline;
    } else if (!options.rate) {
        parameters["pipeline"] = 1;
    }
    if (options.rate) parameters["rate"] = *options.rate;
    if (options.messages) {
        parameters["messages"] = *options.messages;
    } else {
        parameters["duration"] =
            seconds_of(options.duration.value_or(BenchOptions::USUAL_DURATION));
    }
    parameters["warmup"] = seconds_of(options.warmup);
    parameters["charset"] = json_of(options.charsets, LOAD_CHARSETS);
    parameters["framing"] = json_of(options.framings, LOAD_FRAMINGS);
    parameters["timeout"] = seconds_of(options.timeout);
    return parameters;
}

Json percentiles_of(const LatencyHistogram& histogram) {
    return {{"min", seconds_from(histogram.least())},
            {"mean", histogram.mean() * SECONDS_A_NANOSECOND},
            {"p50", seconds_from(histogram.percentile(0.5))},
            {"p90", seconds_from(histogram.percentile(0.9))},
            {"p99", seconds_from(histogram.percentile(0.99))},
            {"p99_9", seconds_from(histogram.percentile(0.999))},
            {"p99_99", seconds_from(histogram.percentile(0.9999))},
            {"max", seconds_from(histogram.most())}};
}

Json bins_of(const LatencyHistogram& histogram) {
    Json bins = Json::array();
    for (const LatencyHistogram::Bin& bin : histogram.bins()) {
        bins.push_back({{"from", seconds_from(bin.from)},
                        {"to", seconds_from(bin.to + 1)},
                        {"count", bin.count}});
    }
    return bins;
}

Json daemon_of(const LoadResult& result) {
    if (!result.usage) return {{"unknown", result.usage_trouble}};
    const ServerUsage::Figures& usage = *result.usage;
    return {{"version", usage.version},
            {"messages", usage.messages},
            {"cpu", usage.cpu},
            {"cpu_per_message", usage.cpu_per_message()},
            {"memory", usage.memory}};
}

}  // namespace

std::string result_json(const BenchOptions& options, const LoadResult& result) {
    Json json{
        {"server", result.server},
        {"parameters", parameters_of(options)},
        {"seconds", result.seconds},
        {"messages",
         {{"sent", result.sent},
          {"acknowledged", result.acknowledged},
          {"not_stored", result.not_stored},
          {"unacknowledged", result.unacknowledged},
          {"unsent", result.unsent},
          {"warmup", result.warmup_sent}}},
        {"connections",
         {{"opened", result.opened},
          {"unreachable", result.unreachable},
          {"refused", result.refused},
          {"lost", result.lost}}},
        {"message_rate", result.message_rate()},
        {"byte_rate", result.byte_rate(options.size)},
        {"daemon", daemon_of(result)},
        {"generator",
         {{"cpu", result.generator_cpu}, {"cpu_per_message", result.generator_cpu_per_message()}}},
        {"latency", percentiles_of(result.latency)}};
    if (options.tls != nullptr) {
        json["handshakes"] = {{"count", result.handshakes},
                              {"seconds", result.handshake_seconds},
                              {"rate", result.handshake_rate()}};
    }
    if (options.rate) json["delay"] = percentiles_of(result.delay);
    json["histogram"] = bins_of(result.latency);
    json["status"] = result.status;
    std::string text;
    append_shown_json(text, json);
    return text;
}

}  // namespace hark
