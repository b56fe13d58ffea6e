// Admission: from accept(2) to a connection, or to a refusal.
#include "common/protocol/reply.hpp"
#include "common/sys/error.hpp"
#include "common/tls/context.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/server/server.hpp"

#include <optional>
#include <vector>

namespace hark {

namespace {

// Errors that may occur with every connection are reported once per interval.
constexpr Duration REPORT_INTERVAL = std::chrono::seconds{10};

// Empty if peers get no text.
std::string reply_line(const ListenerProfile& profile, Refusal refusal) {
    std::string line;
    if (profile.replies == ReplyMode::text) reply::append_ended(line, reason_text(refusal));
    return line;
}

}  // namespace

// Admission comes before anything is allocated.
void Server::on_accepted(const Listener& listener, UniqueFd socket,
                         const SocketAddress& peer) noexcept {
    Newcomer newcomer{.socket = std::move(socket),
                      .peer = peer,
                      .entrance = listener.entrance(),
                      .accepted = loop_.now()};
    const NetworkSet& proxies = newcomer.entrance.config->proxies;
    if (proxies.empty()) {
        admit(std::move(newcomer));
    } else if (const auto refusal = admission_.check_number(connections())) {
        on_turned_away(std::move(newcomer), *refusal, {});
    } else if (proxies.contains(peer)) {
        arrivals_.await_header(std::move(newcomer));
    } else {
        on_turned_away(std::move(newcomer), Refusal::not_allowed, {});
    }
}

void Server::on_header(Newcomer newcomer) noexcept {
    admit(std::move(newcomer));
}

// `allow`, `deny` and limits by address are for clients: a proxy's health check skips them.
std::optional<Refusal> Server::check(const Newcomer& newcomer) noexcept {
    const auto refusal = admission_.check_number(newcomer.peer, connections());
    const bool proxy_itself =
        newcomer.introduction != nullptr && newcomer.introduction->identity.proxy_itself;
    if (refusal || proxy_itself) return refusal;
    return admission_.check_peer(newcomer.peer, *newcomer.entrance.config);
}

void Server::admit(Newcomer newcomer) noexcept {
    const ListenerConfig& config = *newcomer.entrance.config;
    if (const auto refusal = check(newcomer)) {
        on_turned_away(std::move(newcomer), *refusal, {});
        return;
    }
    AddressTable& addresses = context_->addresses;
    if (addresses.in_use()) newcomer.share = addresses.join(newcomer.peer, true);
    if (config.tls_context != nullptr) {
        arrivals_.await_handshake(std::move(newcomer));
    } else {
        open_connection(std::move(newcomer));
    }
}

void Server::open_connection(Newcomer newcomer) noexcept {
    ++context_->counters.connections;
    const ListenerConfig& config = *newcomer.entrance.config;
    std::string greeting;
    if (const std::string& words = config.greeting.value_or(default_greeting_); !words.empty()) {
        reply::append_ready(greeting, words);
    }
    Connection& connection = context_->connections.add(std::make_unique<Connection>(
        *context_, ByteStream{std::move(newcomer.socket), std::move(newcomer.introduction)},
        newcomer.peer, ++last_connection_, *newcomer.entrance.profile));
    connection.join(std::move(newcomer.share));
    connection.open(greeting, listeners_.size() > 1);
}

void Server::on_turned_away(Newcomer newcomer, Refusal refusal, tls::Failure failure) noexcept {
    note_refused(newcomer,
                 failure == tls::Failure::none ? reason_text(refusal) : tls::text(failure));
    std::string line = reply_line(*newcomer.entrance.profile, refusal);
    tls::Session* const session =
        newcomer.introduction == nullptr ? nullptr : newcomer.introduction->session.get();
    if (session != nullptr) {
        // A new session always has room for one line.
        if (!line.empty()) static_cast<void>(session->send(line));
        session->close();
        newcomer.introduction.reset();
        line.clear();
    }
    if (newcomer.in_handshake || refusal == Refusal::handshake) line.clear();
    refusals_.refuse(std::move(newcomer.socket), line);
}

void Server::on_overrun(const Listener& listener, UniqueFd socket,
                        const SocketAddress& peer) noexcept {
    constexpr Refusal REFUSAL = Refusal::out_of_descriptors;
    Newcomer newcomer{.socket = std::move(socket), .peer = peer, .entrance = listener.entrance()};
    note_refused(newcomer, reason_text(REFUSAL));
    Refusals::refuse_and_close(std::move(newcomer.socket), reply_line(listener.profile(), REFUSAL));
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

void Server::note_refused(const Newcomer& newcomer, std::string_view reason) noexcept {
    ++context_->counters.refused;
    admission_.count(reason);
    const auto left_out = refusal_records_.next(loop_.now());
    if (!left_out) return;
    std::vector<Detail> details;
    if (newcomer.introduction != nullptr) {
        const Identity& identity = newcomer.introduction->identity;
        if (!identity.via.empty()) details.push_back({Key::via, identity.via});
        if (!identity.proxy_id.empty()) details.push_back({Key::proxy_id, identity.proxy_id});
        if (!identity.certificate.empty()) details.push_back({Key::cert, identity.certificate});
    }
    details.push_back({Key::reason, reason});
    if (*left_out > 0) details.push_back({Key::count, *left_out});
    const std::string text = newcomer.peer.text();
    log_.append({.event = Event::refused,
                 .time = loop_.wall_now(),
                 .peer = {.text = text, .address = &newcomer.peer},
                 .details = details});
}

}  // namespace hark
