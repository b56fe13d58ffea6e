// Methods of the control socket that concern the daemon as a whole.
#include "common/sys/process.hpp"
#include "common/tls/context.hpp"
#include "daemon/control/control_server.hpp"
#include "daemon/server/server.hpp"

#include <fstream>

#include <unistd.h>

namespace hark {

namespace {

// Resident memory in bytes (proc(5)).
std::uint64_t resident_memory() {
    std::ifstream file{"/proc/self/statm"};
    std::uint64_t size = 0;
    std::uint64_t resident = 0;
    file >> size >> resident;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::vector<std::pair<std::string_view, std::uint64_t>> by_charset(const Counters& counters) {
    std::vector<std::pair<std::string_view, std::uint64_t>> all{
        {charset::UTF8, 0}, {charset::GB18030, counters.in_gb18030}};
    all.insert(all.end(), counters.in_others.begin(), counters.in_others.end());
    all.emplace_back(charset::BYTES, counters.kept_as_bytes);
    std::uint64_t in_utf8 = counters.messages;
    for (const auto& [charset, messages] : all) in_utf8 -= messages;
    all.front().second = in_utf8;
    return all;
}

std::optional<ServiceStatus::Tls> tls_status(const ListenerConfig& listener) {
    if (listener.tls_context == nullptr) return std::nullopt;
    return ServiceStatus::Tls{.certificate = listener.tls->files.certificate,
                              .expires = listener.tls_context->expiry(),
                              .client_certificates = listener.tls_context->requires_certificate()};
}

}  // namespace

void Server::open_control() {
    ControlSocket socket;
    if (!config_.control) {
        std::string problem;
        socket = ControlSocket::at_default_path(problem);
        if (!socket) diagnostics_.warn("no control socket: {}", problem);
    } else if (!config_.control->empty()) {
        socket = ControlSocket{*config_.control};
    }
    if (socket) use_control(std::move(socket));
}

void Server::use_control(ControlSocket socket) {
    const AccessRules rules;
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

ServiceStatus Server::status() {
    note_rates();
    const Counters& counters = context_->counters;
    const RoundTimes::Summary latency = round_times_.summary(loop_.now());
    const RateMeter::Rate messages = message_rate_.rate(loop_.now());
    const RateMeter::Rate bytes = byte_rate_.rate(loop_.now());
    ServiceStatus status{.version = HARK_VERSION,
                         .run = run_,
                         .pid = static_cast<std::uint64_t>(getpid()),
                         .uptime = loop_.now() - started_,
                         .connections = connections(),
                         .max_connections = admission_.max_connections(),
                         .connections_total = counters.connections,
                         .unused_connections = counters.unused,
                         .limits = config_.peer_limits,
                         .refused = counters.refused,
                         .refusals = {admission_.counts().begin(), admission_.counts().end()},
                         .slowed = context_->addresses.waiting(),
                         .proxy_local = counters.proxy_local,
                         .probes = counters.probes,
                         .messages = counters.messages,
                         .bytes = counters.bytes,
                         .discarded = counters.discarded,
                         .message_rate = {messages.second, messages.minute},
                         .byte_rate = {bytes.second, bytes.minute},
                         .charsets = by_charset(counters),
                         .accepting = log_.accepting(),
                         .sinks = log_.sinks(),
                         .memory = resident_memory(),
                         .memory_limit = memory_limit_,
                         .cpu = sys::processor_time(),
                         .latency_p50 = latency.p50,
                         .latency_p99 = latency.p99,
                         .latency_max = latency.max,
                         .restarts = restarts_,
                         .restarting = restarting_};
    for (const auto& listener : listeners_) {
        const ListenerProfile& profile = listener->profile();
        status.listening.push_back({.address = listener->address(),
                                    .framing = name(profile.framing.framing),
                                    .charset = context_->decoder.name(profile.charset),
                                    .replies = name(profile.replies),
                                    .telnet = profile.telnet,
                                    .record_connections = name(profile.record_connections),
                                    .tls = tls_status(listener->config())});
    }
    return status;
}

Status Server::reload_now() {
    return reload();
}

void Server::on_call(const Credentials& who, std::string_view method) {
    diagnostics_.debug("control: uid {}, pid {}: {}", who.uid, who.pid, method);
}

void Server::set_level(std::string_view level) {
    level_ = level;
    diagnostics_.set_level(level);
}

}  // namespace hark
