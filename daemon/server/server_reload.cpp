// Applies a new configuration completely or not at all: first everything that can fail, and only if
// all of that succeeds are changes made. Connections stay open.
#include "common/text/printable.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/log/make_sink.hpp"
#include "daemon/server/inheritance.hpp"
#include "daemon/server/open_files.hpp"
#include "daemon/server/server.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace hark {

Status Server::reload() noexcept {
    if (stopping_) return Status::failed("the daemon is stopping");
    if (restarting_) return Status::failed("a restart is under way");
    // A closed terminal sends the same signal, and its log cannot come back.
    if (log_.all_gone()) {
        begin_stop("the console is gone");
        return Status::failed("the console is gone");
    }
    systemd_.reloading();
    Status status = reload_or_refuse();
    systemd_.reloaded();
    return status;
}

Status Server::reload_or_refuse() noexcept {
    try {
        Config config = load_config(options_);
        assign_sockets(config, sockets_);
        open_charsets(config);
        require_unconfined(config, config_, sandbox_);
        open_files(config);
        reload_from(config);
        record_event(Event::reloaded, {});
        refusal_.clear();
        return {};
    } catch (const std::exception& problem) {
        const std::string reason = problem.what();
        refusal_ = "reload was refused: " + reason;
        diagnostics_.error("reload refused, the old configuration stays in force: {}", reason);
        // If the log is stuck, the operator would never see that record.
        log_.say_in_emergency(fmt::format("reload refused: {}", printable(reason)));
        reopen_logs();
        return Status::failed(reason);
    }
}

// Log rotation uses the same signal to request a new file, and may be about to compress the old
// one.
void Server::reopen_logs() {
    for (const SinkConfig& config : config_.sinks) {
        Sink* const sink = log_.find(config.name());
        if (sink == nullptr) continue;
        const std::string problem = sink->reopen();
        if (!problem.empty()) diagnostics_.error("the old log stays in use: {}", problem);
    }
}

void Server::reload_from(const Config& config) {
    // Keeps listeners whose address is unchanged, and binds the others. Activated sockets are
    // always kept: every configuration has a listener for each.
    std::vector<std::unique_ptr<Listener>> added;
    std::vector<Listener*> kept;
    for (const ListenerConfig& wanted : config.listeners) {
        const auto same = std::ranges::find_if(listeners_, [&](const auto& listener) {
            return listener->is_at(wanted) && std::ranges::find(kept, listener.get()) == kept.end();
        });
        if (same != listeners_.end()) {
            kept.push_back(same->get());
        } else {
            kept.push_back(nullptr);
            added.push_back(make_listener_late(wanted, config.limits));
        }
    }
    std::vector<std::unique_ptr<Sink>> new_sinks;
    for (const SinkConfig& wanted : config.sinks) {
        if (log_.find(wanted.name()) != nullptr) continue;
        new_sinks.push_back(make_sink(wanted, log_, run_));
    }
    for (const SinkConfig& wanted : config.sinks) {
        Sink* const sink = log_.find(wanted.name());
        if (sink == nullptr) continue;
        if (const std::string problem = sink->reopen(); !problem.empty()) {
            throw std::runtime_error{problem};
        }
    }
    for (const auto& listener : added) listener->start();
    std::vector<std::string> leaving_sinks;
    for (const SinkConfig& old : config_.sinks) {
        if (find_sink(config.sinks, old.name()) == nullptr) leaving_sinks.push_back(old.name());
    }
    log_.replace(leaving_sinks, std::move(new_sinks));

    // From here on nothing fails.
    for (const SinkConfig& wanted : config.sinks) {
        Sink& sink = *log_.find(wanted.name());
        sink.reconfigure(wanted);
        tell_remark(sink);
    }
    std::vector<std::unique_ptr<Listener>> listeners;
    auto next_added = added.begin();
    for (std::size_t index = 0; index < config.listeners.size(); ++index) {
        if (kept[index] == nullptr) {
            record_listening(**next_added);
            listeners.push_back(std::move(*next_added++));
            continue;
        }
        const auto old = std::ranges::find_if(
            listeners_, [&](const auto& listener) { return listener.get() == kept[index]; });
        (*old)->set_config(config.listeners[index]);
        (*old)->set_peer_timeout(config.limits.peer);
        set_profile(**old);
        listeners.push_back(std::move(*old));
    }
    // Peers waiting at a removed address connected in time.
    for (const auto& old : listeners_) {
        if (old != nullptr) old->accept_all();
    }
    listeners_ = std::move(listeners);
    const std::optional<std::string> old_control = std::exchange(config_, config).control;
    set_limits();
    check_certificates();
    check_secrets();
    if (config.control != old_control) {
        diagnostics_.warn("the control socket does not change before the next start");
    }
    if (control_ != nullptr) control_->open_to_everyone(config_.control_for_everyone);
    context_->connections.for_each([](Connection& connection) { connection.on_new_limits(); });
}

}  // namespace hark
