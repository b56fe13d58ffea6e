// Goes on with what the predecessor left. What it had opened is used as it is. What else the
// configuration asks for is opened as by a reload; if that fails, it is reported and left out:
// nothing ends here that went on there.
#include "common/sys/inheritance.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/log/make_sink.hpp"
#include "daemon/server/open_files.hpp"
#include "daemon/server/server.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

namespace hark {

Server::Beginning Server::beginning_of(const Inheritance& inheritance) {
    const DaemonState& daemon = inheritance.daemon();
    return {.run = daemon.run,
            .started = daemon.started,
            .manager = SystemdNotifier::Manager{daemon.manager_address, daemon.watchdog},
            .messages = daemon.counters.messages,
            .bytes = daemon.counters.bytes};
}

Server::Server(EventLoop& loop, Program program, Options options, Config config,
               const Inheritance& inheritance)
    : Server{loop, std::move(program), std::move(options), std::move(config),
             beginning_of(inheritance)} {
    const DaemonState& daemon = inheritance.daemon();
    predecessor_.emplace(Predecessor{.version = daemon.version, .frozen = daemon.frozen});
    program_.path = daemon.program;
    left_root_ = daemon.left_root;
    if (daemon.writing_is_limited) sandbox_.inherit(daemon.writable_folders);
    resume_counters(inheritance);
    for (const PassedSocket& socket : daemon.passed) {
        sockets_.push_back({socket.name, socket.address, UniqueFd{}});
    }
    resume_logs(inheritance);
    open_charsets(config_);
    resume_tls();
    set_limits();
    for (const AddressTable::Used& used : inheritance.used()) context_->addresses.resume(used);
    resume_listeners(inheritance);
    resume_control(daemon);
    check_certificates();
    resume_connections(inheritance);
    resume_arrivals(inheritance);
    for (const int fd : inheritance.refused()) {
        if (sys::adopt(fd)) refusals_.refuse(UniqueFd{fd}, {});
    }
}

void Server::resume_counters(const Inheritance& inheritance) {
    const DaemonState& daemon = inheritance.daemon();
    context_->counters = daemon.counters;
    for (const NamedCount& charset : daemon.charsets) {
        const auto mode = context_->decoder.open(charset.name);
        if (mode) context_->counters.in_others[context_->decoder.name(*mode)] = charset.count;
    }
    for (const NamedCount& refusal : daemon.refusals) {
        admission_.count(refusal.name, refusal.count);
    }
    refusal_records_.resume(daemon.refusals_left_out);
    accept_failures_ = daemon.accept_failures;
    last_connection_ = daemon.last_connection;
    restarts_ = daemon.restarts + 1;
    set_level(daemon.level);
    context_->clock.resume_from(daemon.stood_still, daemon.frozen);
}

// The record numbers continue, in the logs that can be used.
void Server::resume_logs(const Inheritance& inheritance) {
    log_.resume_at(inheritance.daemon().last_record);
    try {
        open_stream_files(config_);
    } catch (const std::exception& problem) {
        diagnostics_.error("the stream is used as before: {}", problem.what());
    }
    for (const SinkHandover& sink : inheritance.sinks()) {
        const std::string name = sink.config.name();
        try {
            log_.take_over(make_sink(sink, log_, run_), sink);
            if (find_sink(config_.sinks, name) == nullptr) {
                predecessor_->dropped_sinks.push_back(sink.config);
            }
        } catch (const std::exception& problem) {
            diagnostics_.error("{} cannot be used any more: {}", name, problem.what());
        }
    }
    std::vector<SinkConfig> usable;
    for (const SinkConfig& wanted : config_.sinks) {
        try {
            if (Sink* const sink = log_.find(wanted.name())) {
                sink->reconfigure(wanted);
            } else {
                log_.add(make_sink(wanted, log_, run_));
                tell_remark(*log_.find(wanted.name()));
            }
            usable.push_back(wanted);
        } catch (const std::exception& problem) {
            diagnostics_.error("a log of the new configuration is left out: {}", problem.what());
        }
    }
    config_.sinks = std::move(usable);
}

// Without its certificate a listener would speak plain text.
void Server::resume_tls() {
    std::vector<ListenerConfig> usable;
    for (const ListenerConfig& wanted : config_.listeners) {
        try {
            open_certificates(usable.emplace_back(wanted));
        } catch (const std::exception& problem) {
            usable.pop_back();
            diagnostics_.error("a listener is left out: {}", problem.what());
        }
    }
    config_.listeners = std::move(usable);
}

void Server::resume_control(const DaemonState& daemon) {
    try {
        if (daemon.control && sys::adopt(daemon.control->fd)) {
            use_control(ControlSocket{*daemon.control});
        } else {
            open_control();
        }
        if (control_ != nullptr) control_->resume(daemon.tail_dropped);
    } catch (const std::exception& problem) {
        diagnostics_.error("no control socket: {}", problem.what());
    }
}

void Server::resume_listeners(const Inheritance& inheritance) {
    std::vector<std::unique_ptr<Listener>> inherited;
    std::vector<const Listener*> plain;
    for (const ListenerState& left : inheritance.listeners()) {
        if (!sys::adopt(left.fd)) continue;
        ListenerConfig config = config_.defaults;
        config.address = left.address;
        config.activated = left.passed;
        config.profile = context_->profiles.keep(profile_of(inheritance, left.profile));
        auto& listener = inherited.emplace_back(
            std::make_unique<Listener>(loop_, static_cast<ListenerOwner&>(*this), config,
                                       config_.limits.peer, UniqueFd{left.fd}));
        set_profile(*listener);
        if (left.plain) plain.push_back(listener.get());
    }
    std::vector<ListenerConfig> usable;
    for (const ListenerConfig& wanted : config_.listeners) {
        const auto same = std::ranges::find_if(inherited, [&](const auto& listener) {
            return listener != nullptr && listener->is_at(wanted);
        });
        try {
            if (same != inherited.end()) {
                (*same)->set_config(wanted);
                set_profile(**same);
                listeners_.push_back(std::move(*same));
            } else {
                listeners_.push_back(make_listener_late(wanted, config_.limits));
                predecessor_->new_listeners.push_back(listeners_.back().get());
            }
            usable.push_back(wanted);
        } catch (const std::exception& problem) {
            diagnostics_.error("a listener of the new configuration is left out: {}",
                               problem.what());
        }
    }
    config_.listeners = std::move(usable);
    // If the configuration no longer has a listener, its peers can only be served if it is plain.
    std::erase_if(inherited, [&plain](const auto& listener) {
        return listener == nullptr || std::ranges::find(plain, listener.get()) == plain.end();
    });
    predecessor_->dropped_listeners = std::move(inherited);
}

ListenerProfile Server::profile_of(const Inheritance& inheritance, std::uint32_t place) {
    const ProfileState& left = inheritance.profiles()[place];
    ListenerProfile profile = left.profile;
    profile.charset = context_->decoder.open(left.charset).value_or(CharsetMode::automatic);
    return profile;
}

void Server::resume_connections(const Inheritance& inheritance) {
    std::vector<const ListenerProfile*> profiles;
    for (std::uint32_t place = 0; place < inheritance.profiles().size(); ++place) {
        profiles.push_back(&context_->profiles.keep(profile_of(inheritance, place)));
    }
    std::vector<Connection*> all;
    inheritance.for_each_connection([&](const ConnectionState& state) {
        UniqueFd socket{sys::adopt(state.fd) ? state.fd : -1};
        std::unique_ptr<Introduction> introduction;
        if (state.identity) {
            introduction = std::make_unique<Introduction>();
            introduction->identity = *state.identity;
        }
        all.push_back(&context_->connections.add(std::make_unique<Connection>(
            *context_, ByteStream{std::move(socket), std::move(introduction)}, state,
            *profiles[state.profile])));
    });
    inheritance.for_each_reply([&](const PendingReplyState& reply) {
        Connection* const to = context_->connections.index().find(reply.to);
        if (to == nullptr) return;
        context_->replies.put_back({.to = to,
                                    .record = reply.record,
                                    .message = reply.message,
                                    .count = reply.count,
                                    .kind = reply.kind});
    });
    // Resume after put_back(): some go on at once, and their next replies must come later.
    for (Connection* const connection : all) connection->resume();
}

void Server::resume_arrivals(const Inheritance& inheritance) {
    for (const ArrivalState& arrival : inheritance.arrivals()) {
        if (!sys::adopt(arrival.fd)) continue;
        const ListenerState& left = inheritance.listeners()[arrival.listener];
        ListenerConfig place;
        place.address = left.address;
        place.activated = left.passed;
        const auto listener = std::ranges::find_if(
            listeners_, [&place](const auto& each) { return each->is_at(place); });
        UniqueFd socket{arrival.fd};
        if (listener == listeners_.end()) continue;
        Newcomer newcomer{.socket = std::move(socket),
                          .peer = arrival.peer,
                          .entrance = (*listener)->entrance(),
                          .accepted = arrival.accepted};
        if (arrival.identity) newcomer.introduced().identity = *arrival.identity;
        AddressTable& addresses = context_->addresses;
        if (arrival.awaits_header) {
            arrivals_.await_header(std::move(newcomer), arrival.begun);
        } else if (newcomer.entrance.config->tls_context != nullptr) {
            if (addresses.in_use()) newcomer.share = addresses.join(newcomer.peer, false);
            arrivals_.await_handshake(std::move(newcomer));
        }
    }
}

// Called once everything is ready to serve.
void Server::finish_resuming() {
    Predecessor predecessor = std::move(*predecessor_);
    predecessor_.reset();
    for (const auto& listener : listeners_) {
        listener->start();
        if (std::ranges::find(predecessor.new_listeners, listener.get()) !=
            predecessor.new_listeners.end()) {
            record_listening(*listener);
        }
    }
    const Duration pause = loop_.now() + loop_.worked() - predecessor.frozen;
    const std::array details{Detail{Key::from, std::string_view{predecessor.version}},
                             Detail{Key::to, std::string_view{HARK_VERSION}},
                             Detail{Key::connections, std::uint64_t{context_->connections.size()}},
                             Detail{Key::pause, pause}};
    record_event(Event::restarted, details);
    std::vector<std::string> dropped;
    for (const SinkConfig& sink : predecessor.dropped_sinks) dropped.push_back(sink.name());
    try {
        log_.replace(dropped, {});
    } catch (const std::exception& problem) {
        diagnostics_.error("a log that the configuration no longer names stays: {}",
                           problem.what());
        config_.sinks.insert(config_.sinks.end(), predecessor.dropped_sinks.begin(),
                             predecessor.dropped_sinks.end());
    }
    // Peers waiting at a removed address connected in time.
    for (const auto& listener : predecessor.dropped_listeners) listener->accept_all();
}

}  // namespace hark
