#include "daemon/control/status_json.hpp"

#include "common/text/printable.hpp"
#include "common/varlink/json.hpp"

#include <array>
#include <chrono>

#include <fmt/chrono.h>

namespace hark {

using varlink::Json;

namespace {

std::string_view name(SinkState state) noexcept {
    static constexpr std::array<std::string_view, 5> NAMES{"clear", "busy", "blocked", "refusing",
                                                           "gone"};
    return NAMES[static_cast<std::size_t>(state)];
}

Json json_of(const StreamHealth& health) {
    Json stream = Json::object();
    const auto add = [&stream](const char* key, const std::string& text) {
        if (!text.empty()) stream[key] = printable(text);
    };
    add("server", health.server);
    add("version", health.version);
    add("leader", health.leader);
    stream["replicas"] = health.replicas;
    Json missing = Json::array();
    for (const std::string& server : health.missing) missing.push_back(printable(server));
    stream["missing"] = std::move(missing);
    stream["sequence"] = health.sequence;
    stream["batches"] = health.batches;
    stream["retries"] = health.retries;
    stream["batch_bytes"] = health.batch_bytes;
    stream["latency"] = seconds_of(health.latency);
    stream["reconnects"] = health.reconnects;
    return stream;
}

Json json_of(const SinkHealth& status) {
    Json sink{{"name", printable(status.name)}, {"state", name(status.state)}};
    if (!status.reason.empty()) sink["reason"] = printable(status.reason);
    sink["lag"] = status.lag;
    sink["lag_bytes"] = status.lag_bytes;
    sink["pauses"] = status.pauses;
    sink["paused_seconds"] = seconds_of(status.paused);
    if (status.paused_for) sink["paused_since_seconds"] = seconds_of(*status.paused_for);
    if (status.stream) sink["stream"] = json_of(*status.stream);
    return sink;
}

Json json_of(const ServiceStatus::Rate& rate) {
    return {{"second", rate.second}, {"minute", rate.minute}};
}

Json json_of(const ServiceStatus::Tls& tls) {
    Json object{{"certificate", printable(tls.certificate)},
                {"client_certificates", tls.client_certificates}};
    if (tls.expires) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(*tls.expires);
        object["expires"] = fmt::format("{:%FT%TZ}", seconds);
    }
    return object;
}

Json json_of(const ServiceStatus::Listening& listening) {
    Json object{
        {"address", listening.address}, {"framing", listening.framing},
        {"charset", listening.charset}, {"replies", listening.replies},
        {"telnet", listening.telnet},   {"record_connections", listening.record_connections}};
    if (listening.tls) object["tls"] = json_of(*listening.tls);
    return object;
}

Json json_of(const PeerLimits& limits) {
    Json exempt = Json::array();
    for (const Network& network : limits.exempt.networks()) exempt.push_back(network.text());
    return {{"connections", limits.connections},
            {"connections_per_address", limits.connections_per_address},
            {"connections_per_network", limits.connections_per_network},
            {"new_connections_per_second", limits.new_connections_per_second},
            {"messages_per_second", limits.messages_per_second},
            {"bytes_per_second", limits.bytes_per_second},
            {"exempt", std::move(exempt)}};
}

Json counts(const std::vector<std::pair<std::string_view, std::uint64_t>>& all) {
    Json object = Json::object();
    for (const auto& [name, count] : all) object[name] = count;
    return object;
}

}  // namespace

varlink::JsonBox status_json(const ServiceStatus& status, std::uint64_t tails,
                             std::uint64_t tail_dropped) {
    Json sinks = Json::array();
    for (const SinkHealth& sink : status.sinks) sinks.push_back(json_of(sink));
    Json listeners = Json::array();
    Json listening = Json::array();
    for (const ServiceStatus::Listening& each : status.listening) {
        listeners.push_back(each.address);
        listening.push_back(json_of(each));
    }
    return Json{{"version", status.version},
                {"run", status.run},
                {"pid", status.pid},
                {"uptime", seconds_of(status.uptime)},
                {"listeners", std::move(listeners)},
                {"listening", std::move(listening)},
                {"connections", status.connections},
                {"max_connections", status.max_connections},
                {"connections_total", status.connections_total},
                {"unused_connections", status.unused_connections},
                {"limits", json_of(status.limits)},
                {"refused", status.refused},
                {"refusals", counts(status.refusals)},
                {"slowed", status.slowed},
                {"proxy_local", status.proxy_local},
                {"probes", status.probes},
                {"messages", status.messages},
                {"bytes", status.bytes},
                {"discarded", status.discarded},
                {"message_rate", json_of(status.message_rate)},
                {"byte_rate", json_of(status.byte_rate)},
                {"charsets", counts(status.charsets)},
                {"accepting", status.accepting},
                {"sinks", std::move(sinks)},
                {"memory", status.memory},
                {"memory_limit", status.memory_limit},
                {"cpu", seconds_of(status.cpu)},
                {"latency",
                 {{"p50", seconds_of(status.latency_p50)},
                  {"p99", seconds_of(status.latency_p99)},
                  {"max", seconds_of(status.latency_max)}}},
                {"tails", tails},
                {"tail_dropped", tail_dropped},
                {"restarts", status.restarts},
                {"restarting", status.restarting}};
}

varlink::JsonBox client_json(const Connection::Figures& figures) {
    Json client{{"id", figures.number},
                {"peer", figures.peer},
                {"local", figures.local},
                {"age", seconds_of(figures.age)},
                {"idle", seconds_of(figures.idle)},
                {"messages", figures.messages},
                {"bytes", figures.bytes}};
    if (!figures.via.empty()) client["via"] = figures.via;
    if (!figures.certificate.empty()) client["cert"] = figures.certificate;
    if (!figures.charset.empty()) client["charset"] = figures.charset;
    client["framing"] = name(figures.framing);
    client["replies"] = name(figures.replies);
    client["reading"] = figures.reading;
    client["limited"] = figures.limited;
    client["unread_replies"] = figures.unread_replies;
    return client;
}

}  // namespace hark
