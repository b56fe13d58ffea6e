#include "daemon/server/server.hpp"

#include "common/protocol/reply.hpp"
#include "common/sys/error.hpp"
#include "common/sys/process.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/server/memory_limit.hpp"

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
// Errors that may occur with every connection are reported once per interval.
constexpr Duration REPORT_INTERVAL = 10s;

// 8 hex digits that identify this run.
std::string make_run() {
    std::uint32_t number = 0;
    if (getrandom(&number, sizeof number, 0) != sizeof number) {
        throw SystemError{errno, N_("cannot get random bytes")};
    }
    return fmt::format("{:08x}", number);
}

// Empty where peers get no text.
std::string reply_line(const ListenerProfile& profile, Refusal refusal) {
    std::string line;
    if (profile.replies == ReplyMode::text) {
        reply::append_ended(line, reason_text(refusal));
    }
    return line;
}

}  // namespace

Server::Server(EventLoop& loop, Options options, Config config,
               const std::optional<Account>& account, std::vector<ActivatedSocket> sockets)
    : loop_{loop},
      options_{std::move(options)},
      config_{std::move(config)},
      run_{make_run()},
      default_greeting_{default_greeting()},
      log_{loop, method<&Server::on_log_progress>(*this), STDERR_FILENO},
      diagnostics_{log_},
      context_{std::make_unique<ConnectionContext>(loop, log_)},
      admission_{RESERVED_DESCRIPTORS, context_->addresses},
      refusals_{loop},
      arrivals_{loop, static_cast<ArrivalsOwner&>(*this)},
      sockets_{std::move(sockets)},
      signals_{
          loop, {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2}, method<&Server::on_signal>(*this)},
      systemd_{loop, method<&Server::figures>(*this)},
      started_{loop.now()},
      message_rate_{started_},
      byte_rate_{started_},
      stop_timer_{loop, method<&Server::on_stop_tick>(*this)} {
    assign_sockets(config_, sockets_);
    open_charsets(config_);
    for (const ListenerConfig& listener : config_.listeners) {
        listeners_.push_back(make_listener(listener, config_.limits));
    }
    // Only the addresses may need root: whatever else is opened must be usable without it.
    if (account) leave_root(*account);
    open_logs();
    set_limits();
    open_control();
    if (config_.sandbox) enter_sandbox();
}

int Server::run() {
    for (const auto& listener : listeners_) {
        listener->start();
        record_listening(*listener);
    }
    // So that the first status shows a log that is not accepting from the start.
    log_.write();
    systemd_.ready();
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
            .refusal = reload_refusal_};
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
    // Small changes where there is plenty.
    refusals_.set_places(std::max<std::size_t>(admission_.reserved() / 8, 1));
    context_->windows.set_timeout(context_->limits.peer);
    memory_limit_ = most_memory(config_, admission_.max_connections());
}

// Admission comes before anything is allocated.
void Server::on_accepted(const Listener& listener, UniqueFd socket,
                         const SocketAddress& peer) noexcept {
    Newcomer newcomer{std::move(socket), peer, listener.entrance(), {}};
    const NetworkSet& proxies = newcomer.entrance.config->proxies;
    if (proxies.empty()) {
        on_arrived(std::move(newcomer));
    } else if (const auto refusal = admission_.check_number(connections())) {
        on_turned_away(std::move(newcomer), *refusal);
    } else if (proxies.contains(peer)) {
        arrivals_.await_header(std::move(newcomer));
    } else {
        on_turned_away(std::move(newcomer), Refusal::not_allowed);
    }
}

// Prefixes and limits by address are about clients: a proxy's health check passes them.
std::optional<Refusal> Server::check(const Newcomer& newcomer) noexcept {
    const auto refusal = admission_.check_number(newcomer.peer, connections());
    if (refusal || newcomer.identity.proxy_itself) return refusal;
    return admission_.check_peer(newcomer.peer, *newcomer.entrance.config);
}

void Server::on_arrived(Newcomer newcomer) noexcept {
    const ListenerConfig& config = *newcomer.entrance.config;
    if (const auto refusal = check(newcomer)) {
        on_turned_away(std::move(newcomer), *refusal);
        return;
    }
    ++context_->counters.connections;
    std::string greeting;
    if (const std::string& words = config.greeting.value_or(default_greeting_); !words.empty()) {
        reply::append_ready(greeting, words);
    }
    Connection& connection = context_->connections.add(
        std::make_unique<Connection>(*context_, std::move(newcomer.socket), newcomer.peer,
                                     ++last_connection_, *newcomer.entrance.profile));
    connection.identify(std::move(newcomer.identity));
    connection.open(greeting, listeners_.size() > 1);
}

void Server::on_turned_away(Newcomer newcomer, Refusal refusal) noexcept {
    note_refused(newcomer.peer, newcomer.identity, refusal);
    refusals_.refuse(std::move(newcomer.socket), reply_line(*newcomer.entrance.profile, refusal));
}

void Server::set_profile(Listener& listener) {
    ListenerProfile profile = listener.config().profile;
    profile.listener = listener.address();
    listener.set_profile(context_->profiles.keep(std::move(profile)));
}

void Server::on_overrun(const Listener& listener, UniqueFd socket,
                        const SocketAddress& peer) noexcept {
    constexpr Refusal REFUSAL = Refusal::out_of_descriptors;
    note_refused(peer, {}, REFUSAL);
    Refusals::refuse_and_close(std::move(socket), reply_line(listener.profile(), REFUSAL));
}

void Server::on_accept_failed(const Listener& listener, int error) noexcept {
    ++accept_failures_;
    if (last_accept_report_ != TimePoint{} && loop_.now() - last_accept_report_ < REPORT_INTERVAL) {
        return;
    }
    last_accept_report_ = loop_.now();
    diagnostics_.warn("cannot accept on {}: {} ({} times so far)", listener.address(),
                      errno_text(error), accept_failures_);
}

bool Server::accepting_paused() const noexcept {
    return log_.overfull();
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
        static_cast<void>(reload());
    } else if (signal == SIGUSR1 || signal == SIGUSR2) {
        // Other log daemons rotate or reopen on these: by default they would end this one.
        diagnostics_.warn("{} does nothing; SIGHUP reloads and reopens the log",
                          signal == SIGUSR1 ? "SIGUSR1" : "SIGUSR2");
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

void Server::note_refused(const SocketAddress& peer, const Identity& identity,
                          Refusal refusal) noexcept {
    ++context_->counters.refused;
    admission_.count(refusal);
    const auto left_out = refusal_records_.next(loop_.now());
    if (!left_out) return;
    std::vector<Detail> details;
    if (!identity.via.empty()) details.push_back({Key::via, identity.via});
    if (!identity.proxy_id.empty()) details.push_back({Key::proxy_id, identity.proxy_id});
    details.push_back({Key::reason, reason_text(refusal)});
    if (*left_out > 0) details.push_back({Key::count, *left_out});
    const std::string text = peer.text();
    log_.append({.event = Event::refused,
                 .time = loop_.wall_now(),
                 .peer = {.text = text, .address = &peer},
                 .details = details});
}

void Server::record_listening(const Listener& listener) noexcept {
    const std::array details{Detail{Key::address, std::string_view{listener.address()}}};
    record_event(Event::listening, details);
}

}  // namespace hark
