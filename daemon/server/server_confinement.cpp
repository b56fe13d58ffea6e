// Rights that the daemon gives up when it no longer needs them, and what a reload can therefore not
// change.
#include "common/locale/i18n.hpp"
#include "common/locale/translated.hpp"
#include "common/sys/error.hpp"
#include "daemon/confine/core_dumps.hpp"
#include "daemon/log/make_sink.hpp"
#include "daemon/server/server.hpp"
#include "daemon/stream/first_contact.hpp"

#include <cerrno>
#include <fstream>
#include <stdexcept>

#include <fmt/core.h>
#include <netinet/in.h>

namespace hark {

namespace {

// ip(7). 1024 unless the system is configured otherwise, as in many containers.
unsigned first_unprivileged_port() {
    std::ifstream file{"/proc/sys/net/ipv4/ip_unprivileged_port_start"};
    unsigned port = IPPORT_RESERVED;
    if (file) file >> port;
    return port;
}

}  // namespace

void Server::leave_root(const Account& account) {
    if (runs_as(account)) return;
    become(account);
    left_root_ = true;
    forbid_new_privileges();
    // The kernel forbids them to a process that has given up root.
    if (config_.core_dumps) allow_core_dumps();
}

void Server::open_logs() {
    try {
        for (const SinkConfig& sink : config_.sinks) {
            if (sink.kind == SinkConfig::Kind::nats) require_fit(sink.stream, run_);
            log_.add(make_sink(sink, log_, run_));
        }
    } catch (const SystemError& problem) {
        if (!left_root_ || problem.error() != EACCES) throw;
        throw std::runtime_error{formatted(_("{} (harkd has become user '{}' by then)"),
                                           in_user_language(problem), config_.user)};
    }
    for (const SinkConfig& sink : config_.sinks) tell_remark(*log_.find(sink.name()));
}

void Server::enter_sandbox() {
    bool writes_files = false;
    for (const SinkConfig& sink : config_.sinks) {
        if (sink.kind != SinkConfig::Kind::file) continue;
        sandbox_.add_folder_of(sink.path);
        writes_files = true;
    }
    // Without a file sink, writing is not limited: a reload has to be able to switch from a stuck
    // journal or console to any file.
    if (writes_files && control_ != nullptr) sandbox_.add_folder_of(control_->path());
    const Sandbox::Outcome outcome = sandbox_.enter();
    for (const std::string_view missing : outcome.missing) {
        diagnostics_.debug("sandbox: the kernel has no {}", missing);
    }
    for (const std::string& failed : outcome.failed) {
        diagnostics_.warn("sandbox: cannot use {}", failed);
    }
}

std::unique_ptr<Listener> Server::make_listener_late(const ListenerConfig& config,
                                                     const ConnectionLimits& limits) {
    try {
        return make_listener(config, limits);
    } catch (const std::runtime_error&) {
        const std::uint16_t port = config.address.port();
        const unsigned unprivileged = first_unprivileged_port();
        if (!left_root_ || port == 0 || port >= unprivileged) throw;
        throw std::runtime_error{
            fmt::format("cannot bind {}: harkd no longer has the right to open ports below {}: "
                        "stop and start it",
                        config.address.text(), unprivileged)};
    }
}

}  // namespace hark
