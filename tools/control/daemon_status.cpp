#include "tools/control/daemon_status.hpp"

#include "tools/control/json_fields.hpp"

namespace hark {

using varlink::Json;

namespace {

// Reads an object inside `outer`; any fault in it is also a fault of `outer`.
template <typename Value>
Value read_part(JsonFields& outer, const Json& part, Value (*read)(JsonFields&)) {
    JsonFields fields{part};
    Value value = read(fields);
    if (!fields.ok()) outer.blame(fields.fault());
    return value;
}

RateStatus read_rate(JsonFields& from) {
    return {.second = from.number("second"), .minute = from.number("minute")};
}

StreamStatus read_stream(JsonFields& from) {
    return {.server = from.maybe_text("server"),
            .version = from.maybe_text("version"),
            .leader = from.maybe_text("leader"),
            .replicas = from.count("replicas"),
            .missing = from.texts("missing"),
            .sequence = from.count("sequence"),
            .batches = from.count("batches"),
            .retries = from.count("retries"),
            .batch_bytes = from.count("batch_bytes"),
            .latency = from.number("latency"),
            .reconnects = from.count("reconnects")};
}

SinkStatus read_sink(JsonFields& from) {
    SinkStatus sink{.name = from.text("name"),
                    .state = from.text("state"),
                    .reason = from.maybe_text("reason"),
                    .lag = from.count("lag"),
                    .lag_bytes = from.count("lag_bytes"),
                    .pauses = from.count("pauses"),
                    .paused_seconds = from.number("paused_seconds"),
                    .paused_since_seconds = from.maybe_number("paused_since_seconds")};
    if (const Json* const stream = from.maybe_any("stream")) {
        sink.stream = read_part(from, *stream, read_stream);
    }
    return sink;
}

LimitsStatus read_limits(JsonFields& from) {
    const auto limit = [&from](const char* key) { return from.maybe_count(key).value_or(0); };
    LimitsStatus limits{.connections = limit("connections"),
                        .connections_per_address = limit("connections_per_address"),
                        .connections_per_network = limit("connections_per_network"),
                        .new_connections_per_second = limit("new_connections_per_second"),
                        .messages_per_second = limit("messages_per_second"),
                        .bytes_per_second = limit("bytes_per_second")};
    if (from.maybe_any("exempt") != nullptr) limits.exempt = from.texts("exempt");
    return limits;
}

TlsStatus read_tls(JsonFields& from) {
    return {.certificate = from.text("certificate"),
            .expires = from.maybe_text("expires"),
            .client_certificates = from.flag("client_certificates")};
}

ListeningStatus read_listening(JsonFields& from) {
    ListeningStatus listening{.address = from.text("address"),
                              .framing = from.text("framing"),
                              .charset = from.text("charset"),
                              .replies = from.text("replies"),
                              .telnet = from.flag("telnet"),
                              .record_connections = from.text("record_connections")};
    if (from.maybe_any("tls") != nullptr) {
        listening.tls = read_part(from, from.object("tls"), read_tls);
    }
    return listening;
}

// A daemon not yet restarted to this version omits some keys: their defaults say how it behaves.
ClientStatus read_client(JsonFields& from) {
    const std::string replies = from.maybe_text("replies");
    return {.id = from.count("id"),
            .peer = from.text("peer"),
            .via = from.maybe_text("via"),
            .cert = from.maybe_text("cert"),
            .local = from.text("local"),
            .age = from.number("age"),
            .idle = from.number("idle"),
            .messages = from.count("messages"),
            .bytes = from.count("bytes"),
            .charset = from.maybe_text("charset"),
            .framing = from.text("framing"),
            .replies = replies.empty() ? "text" : replies,
            .reading = from.flag("reading"),
            .limited = from.maybe_flag("limited").value_or(false),
            .unread_replies = from.count("unread_replies")};
}

void read_counts(JsonFields& from, DaemonStatus& into) {
    into.connections = from.count("connections");
    into.max_connections = from.count("max_connections");
    into.connections_total = from.count("connections_total");
    into.proxy_local = from.maybe_count("proxy_local").value_or(0);
    into.unused_connections = from.maybe_count("unused_connections").value_or(0);
    into.refused = from.count("refused");
    into.slowed = from.maybe_count("slowed").value_or(0);
    into.probes = from.count("probes");
    into.messages = from.count("messages");
    into.bytes = from.count("bytes");
    into.discarded = from.count("discarded");
    into.memory = from.count("memory");
    into.memory_limit = from.maybe_count("memory_limit").value_or(0);
    into.tails = from.count("tails");
    into.tail_dropped = from.count("tail_dropped");
    into.restarts = from.maybe_count("restarts").value_or(0);
    into.restarting = from.maybe_flag("restarting").value_or(false);
}

void read_lists(JsonFields& from, DaemonStatus& into) {
    into.listeners = from.texts("listeners");
    if (from.maybe_any("listening") != nullptr) {
        for (const Json* const each : from.list("listening")) {
            into.listening.push_back(read_part(from, *each, read_listening));
        }
    }
    if (from.maybe_any("limits") != nullptr) {
        into.limits = read_part(from, from.object("limits"), read_limits);
    }
    if (from.maybe_any("refusals") != nullptr) into.refusals = from.counts("refusals");
    into.charsets = from.counts("charsets");
    for (const Json* const sink : from.list("sinks")) {
        into.sinks.push_back(read_part(from, *sink, read_sink));
    }
}

}  // namespace

std::array<NamedLimit, 6> named_limits(const LimitsStatus& limits) noexcept {
    return {{{"connections", limits.connections},
             {"connections_per_address", limits.connections_per_address},
             {"connections_per_network", limits.connections_per_network},
             {"new_connections_per_second", limits.new_connections_per_second},
             {"messages_per_second", limits.messages_per_second},
             {"bytes_per_second", limits.bytes_per_second}}};
}

std::optional<DaemonStatus> read_status(const Json& reply, std::string& fault) {
    JsonFields from{reply};
    DaemonStatus status;
    status.version = from.text("version");
    status.run = from.text("run");
    status.pid = from.count("pid");
    status.uptime = from.number("uptime");
    status.accepting = from.flag("accepting");
    status.cpu = from.number("cpu");
    read_counts(from, status);
    read_lists(from, status);
    status.message_rate = read_part(from, from.object("message_rate"), read_rate);
    status.byte_rate = read_part(from, from.object("byte_rate"), read_rate);
    JsonFields latency{from.object("latency")};
    status.latency_p50 = latency.number("p50");
    status.latency_p99 = latency.number("p99");
    status.latency_max = latency.number("max");
    if (!latency.ok()) from.blame("latency");
    fault = from.fault();
    if (!from.ok()) return std::nullopt;
    return status;
}

std::optional<ClientPage> read_clients(const Json& reply, std::uint64_t after, std::string& fault) {
    JsonFields from{reply};
    ClientPage page;
    for (const Json* const client : from.list("clients")) {
        page.clients.push_back(read_part(from, *client, read_client));
        if (page.clients.back().id <= after) from.blame("id");
        after = page.clients.back().id;
    }
    page.next = from.maybe_count("next");
    if (page.next && (*page.next != after || page.clients.empty())) from.blame("next");
    fault = from.fault();
    if (!from.ok()) return std::nullopt;
    return page;
}

}  // namespace hark
