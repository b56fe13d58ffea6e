// What the control socket asks of the daemon as a whole.
#include "common/sys/process.hpp"
#include "common/text/printable.hpp"
#include "daemon/control/control_server.hpp"
#include "daemon/server/server.hpp"

#include <array>
#include <fstream>

#include <unistd.h>

namespace hark {

using varlink::Json;

namespace {

std::string_view name(SinkState state) noexcept {
    static constexpr std::array<std::string_view, 5> NAMES{"clear", "busy", "blocked", "refusing",
                                                           "gone"};
    return NAMES[static_cast<std::size_t>(state)];
}

Json json_of(const SinkStatus& status) {
    Json sink{{"name", printable(status.spec)}, {"state", name(status.state)}};
    if (!status.reason.empty()) sink["reason"] = status.reason;
    sink["lag"] = status.lag;
    sink["lag_bytes"] = status.lag_bytes;
    sink["pauses"] = status.pauses;
    sink["paused_seconds"] = seconds_of(status.paused);
    if (status.paused_for) sink["paused_since_seconds"] = seconds_of(*status.paused_for);
    return sink;
}

Json json_of(const RateMeter::Rate& rate) {
    return {{"second", rate.second}, {"minute", rate.minute}};
}

// Bytes that are resident (proc(5)).
std::uint64_t resident_memory() {
    std::ifstream file{"/proc/self/statm"};
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    file >> size >> resident;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

void Server::open_control() {
    AccessRules rules;
    ControlSocket socket;
    if (!config_.control) {
        std::string problem;
        socket = ControlSocket::at_usual_place(problem);
        if (!socket) diagnostics_->warn("no control socket: {}", problem);
    } else if (!config_.control->empty()) {
        socket = ControlSocket{*config_.control};
    }
    if (!socket) return;
    control_ = std::make_unique<ControlServer>(loop_, *context_, static_cast<ControlOwner&>(*this),
                                               std::move(socket), rules, run_);
    control_->open_to_everyone(config_.control_for_everyone);
    loop_.observe(method<&Server::on_round>(*this));
}

void Server::on_round(Duration work) noexcept {
    round_times_.note(loop_.now(), work);
}

void Server::note_rates() noexcept {
    message_rate_.note(loop_.now(), context_->counters.messages);
    byte_rate_.note(loop_.now(), context_->counters.bytes);
}

Json Server::status() {
    note_rates();
    const Counters& counters = context_->counters;
    Json listeners = Json::array();
    for (const auto& listener : listeners_) listeners.push_back(listener->address());
    Json sinks = Json::array();
    for (const SinkStatus& sink : log_.sinks()) sinks.push_back(json_of(sink));
    const RoundTimes::Summary latency = round_times_.summary(loop_.now());
    return {{"version", HARK_VERSION},
            {"run", run_},
            {"pid", getpid()},
            {"uptime", seconds_of(loop_.now() - started_)},
            {"listeners", std::move(listeners)},
            {"connections", context_->connections.size()},
            {"max_connections", max_connections_},
            {"connections_total", counters.connections},
            {"refused", counters.refused},
            {"probes", counters.probes},
            {"messages", counters.messages},
            {"bytes", counters.bytes},
            {"discarded", counters.discarded},
            {"message_rate", json_of(message_rate_.rate(loop_.now()))},
            {"byte_rate", json_of(byte_rate_.rate(loop_.now()))},
            {"charsets",
             {{"utf-8", counters.messages - counters.in_gb18030 - counters.kept_as_bytes},
              {"gb18030", counters.in_gb18030},
              {"bytes", counters.kept_as_bytes}}},
            {"accepting", log_.accepting()},
            {"sinks", std::move(sinks)},
            {"memory", resident_memory()},
            {"cpu", seconds_of(sys::processor_time())},
            {"latency",
             {{"p50", seconds_of(latency.p50)},
              {"p99", seconds_of(latency.p99)},
              {"max", seconds_of(latency.max)}}}};
}

std::string Server::reload_now() {
    return reload();
}

void Server::on_call(const Credentials& who, std::string_view method) {
    diagnostics_->debug("control: uid {}, pid {}: {}", who.uid, who.pid, method);
}

void Server::set_level(std::string_view level) {
    diagnostics_->set_level(spdlog::level::from_str(std::string{level}));
}

}  // namespace hark
