#include "tools/admin/openmetrics.hpp"

#include <array>
#include <cstdint>
#include <ctime>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace hark {

namespace {

using Label = std::pair<std::string_view, std::string_view>;

enum class Type : std::uint8_t { gauge, counter, summary };

void append_escaped(std::string& into, std::string_view value) {
    for (const char byte : value) {
        if (byte == '\n') {
            into += "\\n";
            continue;
        }
        if (byte == '"' || byte == '\\') into += '\\';
        into += byte;
    }
}

// Writes metric families one after another: the metadata of each, then its samples.
class Exposition {
   public:
    // `name` ends with the unit, if there is one.
    void family(Type type, std::string_view name, std::string_view unit, std::string_view help) {
        static constexpr std::array<std::string_view, 3> TYPES{"gauge", "counter", "summary"};
        name_ = std::string{"harkd_"}.append(name);
        suffix_ = type == Type::counter ? "_total" : "";
        const auto out = std::back_inserter(text_);
        fmt::format_to(out, "# TYPE {} {}\n", name_, TYPES[static_cast<std::size_t>(type)]);
        if (!unit.empty()) fmt::format_to(out, "# UNIT {} {}\n", name_, unit);
        fmt::format_to(out, "# HELP {} {}\n", name_, help);
    }

    template <typename Number>
    void sample(Number value, std::initializer_list<Label> labels = {}) {
        text_.append(name_).append(suffix_);
        char separator = '{';
        for (const auto& [name, label] : labels) {
            text_ += separator;
            separator = ',';
            text_.append(name).append("=\"");
            append_escaped(text_, label);
            text_ += '"';
        }
        if (labels.size() > 0) text_ += '}';
        fmt::format_to(std::back_inserter(text_), " {}\n", value);
    }

    template <typename Number>
    void single(Type type, std::string_view name, std::string_view unit, std::string_view help,
                Number value) {
        family(type, name, unit, help);
        sample(value);
    }

    [[nodiscard]] std::string finish() && { return std::move(text_) + "# EOF\n"; }

   private:
    std::string text_;
    std::string name_;
    std::string_view suffix_;
};

void add_connections(Exposition& to, const DaemonStatus& status) {
    to.single(Type::gauge, "listeners", "", "Addresses that connections are accepted at.",
              status.listeners.size());
    to.single(Type::gauge, "connections", "", "Clients that are connected.", status.connections);
    to.single(Type::gauge, "max_connections", "", "Clients that may be connected at a time.",
              status.max_connections);
    to.single(Type::counter, "accepted_connections", "", "Clients that were let in.",
              status.connections_total);
    to.single(Type::counter, "unused_connections", "",
              "Clients that sent nothing and are not recorded.", status.unused_connections);
    to.single(Type::counter, "proxy_local_connections", "",
              "Connections that proxies made for themselves.", status.proxy_local);
    to.single(Type::counter, "refused_connections", "", "Clients that were rejected.",
              status.refused);
    to.family(Type::counter, "refusals", "", "Clients that were rejected, by the reason.");
    for (const auto& [reason, count] : status.refusals) to.sample(count, {{"reason", reason}});
    to.single(Type::gauge, "slowed_connections", "",
              "Clients that are not read now, since their address is over a rate.", status.slowed);
    to.family(Type::gauge, "limit", "", "Limits as configured; 0: none.");
    for (const auto& [name, limit] : named_limits(status.limits))
        to.sample(limit, {{"limit", name}});
    to.single(Type::counter, "probes", "", "Clients that spoke another protocol.", status.probes);
}

// Seconds since 1970 of a time such as "2027-01-31T12:00:00Z".
std::optional<std::time_t> timestamp(const std::string& text) {
    std::tm time{};
    const char* const end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &time);
    if (end == nullptr || *end != '\0') return std::nullopt;
    return ::timegm(&time);
}

void add_certificates(Exposition& to, const DaemonStatus& status) {
    std::vector<std::pair<std::string_view, std::time_t>> known;
    for (const ListeningStatus& each : status.listening) {
        if (!each.tls) continue;
        if (const auto expiry = timestamp(each.tls->expires))
            known.emplace_back(each.address, *expiry);
    }
    if (known.empty()) return;
    to.family(Type::gauge, "certificate_expiry_timestamp_seconds", "seconds",
              "When the certificate that a TLS listener shows expires, since 1970.");
    for (const auto& [address, expiry] : known) to.sample(expiry, {{"listener", address}});
}

void add_messages(Exposition& to, const DaemonStatus& status) {
    to.single(Type::counter, "messages", "", "Messages that were recorded.", status.messages);
    to.family(Type::counter, "charset_messages", "", "Messages by the charset they were in.");
    for (const auto& [charset, count] : status.charsets) to.sample(count, {{"charset", charset}});
    to.single(Type::counter, "received_bytes", "bytes", "Bytes that were read from clients.",
              status.bytes);
    to.single(Type::counter, "discarded_bytes", "bytes", "Bytes read that are in no record.",
              status.discarded);
}

// One per name, even if the same log is configured twice.
std::vector<SinkStatus> sinks_of(const DaemonStatus& status) {
    std::vector<SinkStatus> sinks;
    std::set<std::string_view> names;
    for (const SinkStatus& sink : status.sinks) {
        if (names.insert(sink.name).second) sinks.push_back(sink);
    }
    return sinks;
}

void add_sinks(Exposition& to, const DaemonStatus& status) {
    static constexpr std::array<std::string_view, 5> STATES{"clear", "busy", "blocked", "refusing",
                                                            "gone"};
    const std::vector<SinkStatus> sinks = sinks_of(status);
    to.single(Type::gauge, "accepting", "", "1: records are taken. 0: nothing is read.",
              status.accepting ? 1 : 0);
    to.family(Type::gauge, "log_state", "", "1: the log is in this state.");
    for (const SinkStatus& sink : sinks) {
        for (const std::string_view state : STATES) {
            to.sample(state == sink.state ? 1 : 0, {{"log", sink.name}, {"state", state}});
        }
    }
    to.family(Type::gauge, "log_waiting_records", "records", "Records that are not stored yet.");
    for (const SinkStatus& sink : sinks) to.sample(sink.lag, {{"log", sink.name}});
    to.family(Type::gauge, "log_waiting_bytes", "bytes", "Size of the records not stored yet.");
    for (const SinkStatus& sink : sinks) to.sample(sink.lag_bytes, {{"log", sink.name}});
    to.family(Type::counter, "log_pauses", "", "How often the log paused reading.");
    for (const SinkStatus& sink : sinks) to.sample(sink.pauses, {{"log", sink.name}});
    to.family(Type::counter, "log_paused_seconds", "seconds", "How long the log paused reading.");
    for (const SinkStatus& sink : sinks) to.sample(sink.paused_seconds, {{"log", sink.name}});
}

void add_streams(Exposition& to, const DaemonStatus& status) {
    std::vector<SinkStatus> sinks = sinks_of(status);
    std::erase_if(sinks, [](const SinkStatus& sink) { return !sink.stream; });
    if (sinks.empty()) return;
    const auto add = [&](Type type, const char* name, const char* unit, const char* help,
                         auto value_of) {
        to.family(type, name, unit, help);
        for (const SinkStatus& sink : sinks) {
            to.sample(value_of(*sink.stream), {{"log", sink.name}});
        }
    };
    add(Type::gauge, "stream_connected", "", "1: harkd is connected to a server of the stream.",
        [](const StreamStatus& stream) { return stream.server.empty() ? 0 : 1; });
    add(Type::gauge, "stream_replicas", "", "Copies that the stream has.",
        [](const StreamStatus& stream) { return stream.replicas; });
    add(Type::gauge, "stream_missing_replicas", "", "Copies that are behind or not there.",
        [](const StreamStatus& stream) { return stream.missing.size(); });
    add(Type::counter, "stream_batches", "", "Batches of records that the stream has stored.",
        [](const StreamStatus& stream) { return stream.batches; });
    add(Type::counter, "stream_retries", "", "How often a batch was published again.",
        [](const StreamStatus& stream) { return stream.retries; });
    add(Type::gauge, "stream_batch_bytes", "bytes", "Size of the last batch.",
        [](const StreamStatus& stream) { return stream.batch_bytes; });
    add(Type::gauge, "stream_acknowledgement_seconds", "seconds",
        "How long an acknowledgement takes, as a moving average.",
        [](const StreamStatus& stream) { return stream.latency; });
    add(Type::counter, "stream_reconnects", "", "How often the connection was lost.",
        [](const StreamStatus& stream) { return stream.reconnects; });
}

void add_process(Exposition& to, const DaemonStatus& status) {
    to.single(Type::gauge, "resident_memory_bytes", "bytes", "Resident memory.", status.memory);
    if (status.memory_limit > 0) {
        to.single(Type::gauge, "memory_limit_bytes", "bytes",
                  "The most that resident memory can be, with this configuration.",
                  status.memory_limit);
    }
    to.single(Type::counter, "cpu_seconds", "seconds", "Processor time used.", status.cpu);
    to.family(Type::summary, "round_seconds", "seconds",
              "How long the rounds of the event loop took, over the last minute.");
    to.sample(status.latency_p50, {{"quantile", "0.5"}});
    to.sample(status.latency_p99, {{"quantile", "0.99"}});
    to.sample(status.latency_max, {{"quantile", "1.0"}});
    to.single(Type::gauge, "tails", "", "Operators that follow the records.", status.tails);
    to.single(Type::counter, "tail_dropped_records", "records",
              "Records dropped because followers were too slow.", status.tail_dropped);
    to.single(Type::counter, "restarts", "", "Restarts in place.", status.restarts);
}

}  // namespace

std::string openmetrics_text(const DaemonStatus& status) {
    Exposition exposition;
    exposition.family(Type::gauge, "build_info", "", "The daemon that runs; the value is 1.");
    exposition.sample(1, {{"version", status.version}, {"run", status.run}});
    exposition.single(Type::gauge, "uptime_seconds", "seconds", "Since the daemon was started.",
                      status.uptime);
    add_connections(exposition, status);
    add_certificates(exposition, status);
    add_messages(exposition, status);
    add_sinks(exposition, status);
    add_streams(exposition, status);
    add_process(exposition, status);
    return std::move(exposition).finish();
}

}  // namespace hark
