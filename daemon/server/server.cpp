#include "daemon/server/server.hpp"

#include "common/protocol/reply.hpp"
#include "common/sys/error.hpp"
#include "common/sys/process.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/server/memory_limit.hpp"
#include "daemon/server/open_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/core.h>
#include <signal.h>
#include <sys/random.h>
#include <unistd.h>

namespace hark {

namespace {

using namespace std::chrono_literals;

// For the log, listeners, rejected peers, operators, and whatever libraries need.
constexpr std::size_t RESERVED_DESCRIPTORS = 32 + Refusals::PLACES + ControlServer::MAX_CLIENTS;

// 8 hex digits that identify this run.
std::string make_run() {
    std::uint32_t number = 0;
    if (getrandom(&number, sizeof number, 0) != sizeof number) {
        throw SystemError{errno, N_("cannot get random bytes")};
    }
    return fmt::format("{:08x}", number);
}

}  // namespace

Server::Server(EventLoop& loop, Program program, Options options, Config config,
               const Beginning& beginning)
    : loop_{loop},
      program_{std::move(program)},
      options_{std::move(options)},
      config_{std::move(config)},
      run_{beginning.run},
      default_greeting_{default_greeting()},
      log_{loop, method<&Server::on_log_progress>(*this), STDERR_FILENO},
      diagnostics_{log_},
      context_{std::make_unique<ConnectionContext>(loop, log_)},
      admission_{RESERVED_DESCRIPTORS, context_->addresses},
      refusals_{loop},
      arrivals_{loop, static_cast<ArrivalsOwner&>(*this)},
      signals_{
          loop, {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2}, method<&Server::on_signal>(*this)},
      systemd_{beginning.manager
                   ? SystemdNotifier{loop, method<&Server::figures>(*this), *beginning.manager}
                   : SystemdNotifier{loop, method<&Server::figures>(*this)}},
      trial_{loop, method<&Server::on_trial_over>(*this)},
      restart_timer_{loop, method<&Server::on_restart_tick>(*this)},
      give_way_task_{loop, Stage::finish, method<&Server::give_way>(*this)},
      started_{beginning.started},
      message_rate_{loop.now(), beginning.messages},
      byte_rate_{loop.now(), beginning.bytes},
      certificates_timer_{loop, method<&Server::check_certificates>(*this)},
      stop_timer_{loop, method<&Server::on_stop_tick>(*this)} {}

Server::Server(EventLoop& loop, Program program, Options options, Config config,
               const std::optional<Account>& account, std::vector<ActivatedSocket> sockets)
    : Server{loop, std::move(program), std::move(options), std::move(config),
             Beginning{.run = make_run(), .started = loop.now()}} {
    sockets_ = std::move(sockets);
    assign_sockets(config_, sockets_);
    open_charsets(config_);
    for (const ListenerConfig& listener : config_.listeners) {
        listeners_.push_back(make_listener(listener, config_.limits));
    }
    // Only the addresses may need root: whatever else is opened must be usable without it.
    if (account) leave_root(*account);
    open_files(config_);
    for (std::size_t index = 0; index < listeners_.size(); ++index) {
        listeners_[index]->set_config(config_.listeners[index]);
    }
    open_logs();
    set_limits();
    check_certificates();
    check_secrets();
    open_control();
    if (config_.sandbox) enter_sandbox();
}

int Server::run() {
    const bool restarted = predecessor_.has_value();
    if (restarted) {
        finish_resuming();
    } else {
        for (const auto& listener : listeners_) {
            listener->start();
            record_listening(*listener);
        }
    }
    // So that the first status shows a log that is not accepting from the start.
    log_.write();
    if (restarted) {
        systemd_.ready_again();
    } else {
        systemd_.ready();
    }
    loop_.run();
    return exit_status_;
}

std::unique_ptr<Listener> Server::make_listener(const ListenerConfig& config,
                                                const ConnectionLimits& limits) {
    UniqueFd activated;
    if (config.activated) activated = std::move(sockets_[*config.activated].fd);
    auto listener = std::make_unique<Listener>(loop_, static_cast<ListenerOwner&>(*this), config,
                                               limits.peer, std::move(activated));
    set_profile(*listener);
    return listener;
}

void Server::open_charsets(Config& config) {
    for (ListenerConfig& listener : config.listeners) {
        const auto mode = context_->decoder.open(listener.charset.name);
        // It could be opened when the configuration was read.
        if (!mode) throw std::runtime_error{"cannot open charset " + listener.charset.name};
        listener.profile.charset = *mode;
    }
}

ServiceFigures Server::figures() noexcept {
    return {.connections = connections(),
            .messages = context_->counters.messages,
            .refused = context_->counters.refused,
            .trouble = log_.accepting() ? std::string{} : log_.trouble(),
            .refusal = refusal_};
}

void Server::tell_remark(Sink& sink) {
    const std::string remark = sink.take_remark();
    if (!remark.empty()) diagnostics_.warn("{}", remark);
}

void Server::set_limits() {
    context_->limits = config_.limits;
    const std::int64_t limit = sys::raise_descriptor_limit();
    if (limit < 0)
        throw SystemError{static_cast<int>(-limit), N_("cannot read the limit on open files")};
    const auto descriptors = static_cast<std::size_t>(limit);
    const PeerLimits& limits = config_.peer_limits;
    if (!admission_.set_limits(limits, descriptors)) {
        diagnostics_.warn(
            "the limit of {} connections is out of reach: {} descriptors allow for {} "
            "(LimitNOFILE)",
            limits.connections, descriptors, admission_.max_connections());
    }
    if (limits.connections_for_all) {
        diagnostics_.warn(
            "max_connections has a new name: connections, in [limits], which exempts some "
            "addresses");
    }
    // With plenty of descriptors, this changes little.
    refusals_.set_places(std::max<std::size_t>(admission_.reserved() / 8, 1));
    context_->windows.set_timeout(context_->limits.peer);
    memory_limit_ = most_memory(config_, admission_.max_connections());
}

void Server::check_secrets() {
    const std::string path = options_.config.value_or(DEFAULT_CONFIG_FILE);
    if (!exposes_secret(config_, path)) return;
    diagnostics_.warn(
        "{} holds a password or a token, and everybody may read it: chmod o-r, or password_file, "
        "or token_file",
        config_.source);
}

void Server::set_profile(Listener& listener) {
    ListenerProfile profile = listener.config().profile;
    profile.listener = listener.address();
    listener.set_profile(context_->profiles.keep(std::move(profile)));
}

void Server::on_log_progress() noexcept {
    context_->replies.release_soon();
    systemd_.changed();
    note_rates();
    if (!log_.accepting()) {
        context_->clock.pause();
        context_->addresses.pause();
    } else {
        context_->clock.resume();
        context_->addresses.resume();
        if (!stopping_) context_->connections.unpark_all();
    }
}

void Server::on_signal(int signal) noexcept {
    if (signal == SIGHUP) {
        // The next process gets the configuration that its trial has read.
        if (restarting_) {
            reload_is_due_ = true;
        } else {
            static_cast<void>(reload());
        }
    } else if (signal == SIGUSR2) {
        // If it fails, the log says why; one that is under way goes on.
        static_cast<void>(begin_restart());
    } else if (signal == SIGUSR1) {
        // Other log daemons rotate or reopen on this: by default it would end this one.
        diagnostics_.warn(
            "SIGUSR1 does nothing; SIGHUP reloads and reopens the log, SIGUSR2 "
            "restarts");
    } else if (!stopping_) {
        begin_stop(signal == SIGINT ? "SIGINT" : "SIGTERM");
    } else {
        // A second signal: stop at once.
        context_->connections.for_each([](Connection& connection) { connection.abandon(); });
    }
}

void Server::record_event(Event event, std::span<const Detail> details) noexcept {
    log_.append({.event = event, .time = loop_.wall_now(), .details = details});
}

void Server::record_listening(const Listener& listener) noexcept {
    const std::array details{Detail{Key::address, std::string_view{listener.address()}}};
    record_event(Event::listening, details);
}

}  // namespace hark
