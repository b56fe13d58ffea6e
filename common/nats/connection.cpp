#include "common/nats/connection.hpp"

#include "common/loop/event_loop.hpp"
#include "common/nats/commands.hpp"
#include "common/net/tcp.hpp"
#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"

#include <array>
#include <cerrno>
#include <chrono>

#include <fmt/core.h>
#include <sys/epoll.h>

namespace hark::nats {

namespace {

using namespace std::chrono_literals;

constexpr Duration CONNECT_TIMEOUT = 2s;
constexpr Duration LOGIN_TIMEOUT = 4s;  // once connected, TLS included
constexpr std::string_view SUBSCRIPTION = "1";

// The server's words for "we do not let you in".
bool is_about_access(std::string_view complaint) noexcept {
    for (const std::string_view word :
         {"Authorization", "Authentication", "authorization", "authentication", "TLS", "Account"}) {
        if (complaint.find(word) != std::string_view::npos) return true;
    }
    return false;
}

// Whether retrying is pointless: the failure is about trust, not a broken connection.
bool is_about_trust(tls::Failure failure) noexcept {
    return failure != tls::Failure::gone && failure != tls::Failure::timed_out;
}

}  // namespace

Connection::Connection(EventLoop& loop, ConnectionOwner& owner, std::string name, std::string inbox)
    : owner_{owner},
      name_{std::move(name)},
      inbox_{std::move(inbox)},
      lookup_{loop, method<&Connection::on_looked_up>(*this)},
      watch_{loop, method<&Connection::on_ready>(*this)},
      deadline_{loop, method<&Connection::on_timeout>(*this)},
      quiet_{loop, method<&Connection::on_quiet>(*this)} {}

void Connection::open(const Server& server, const Options& options,
                      const std::shared_ptr<const tls::ClientContext>& tls) {
    close();
    server_ = server;
    options_ = &options;
    tls_ = tls;
    addresses_.clear();
    next_address_ = 0;
    failures_.clear();
    complaint_.clear();
    address_ = server.endpoint.text();
    if (const auto address = SocketAddress::parse(address_)) {
        addresses_.push_back(*address);
        try_next_address();
        return;
    }
    state_ = State::looking_up;
    try {
        lookup_.start(server.endpoint);
    } catch (const std::exception& problem) {
        fail(problem.what());
    }
}

void Connection::close() noexcept {
    deadline_.cancel();
    quiet_.cancel();
    lookup_.stop();
    watch_.stop();
    session_.reset();
    socket_.reset();
    parser_.clear();
    output_.clear();
    state_ = State::closed;
}

void Connection::fail(std::string_view why, bool is_refusal) noexcept {
    const bool refused = is_refusal || is_about_access(complaint_);
    const std::string_view words = complaint_.empty() ? why : std::string_view{complaint_};
    const Problem problem{.is_refusal = refused, .text = fmt::format("{}: {}", address_, words)};
    close();
    owner_.on_closed(problem);
}

void Connection::on_looked_up() noexcept {
    addresses_ = lookup_.addresses();
    if (addresses_.empty()) {
        fail(lookup_.trouble());
        return;
    }
    try_next_address();
}

void Connection::try_next_address() noexcept {
    state_ = State::connecting;
    if (next_address_ == addresses_.size()) {
        fail(failures_);
        return;
    }
    int error = tcp::connect(addresses_[next_address_], socket_);
    if (error == 0) error = watch_.start(socket_.get(), EPOLLOUT);
    if (error < 0) {
        on_connected(-error);
        return;
    }
    deadline_.arm_in(CONNECT_TIMEOUT);
}

void Connection::on_connected(int error) noexcept {
    if (error != 0) {
        watch_.stop();
        socket_.reset();
        failures_ = errno_text(error);
        ++next_address_;
        try_next_address();
        return;
    }
    static_cast<void>(tcp::set_options(socket_.get(), {.peer_timeout = 30s}));
    state_ = State::waiting_for_info;
    deadline_.arm_in(LOGIN_TIMEOUT);
    set_interest();
}

void Connection::on_timeout() noexcept {
    switch (state_) {
        case State::connecting:
            on_connected(ETIMEDOUT);
            return;
        case State::waiting_for_info:
            fail("it has not said that it is a NATS server");
            return;
        case State::shaking_hands:
            fail(tls::text(tls::Failure::timed_out));
            return;
        case State::logging_in:
            fail("it does not answer the log-in");
            return;
        case State::open:
            fail("it does not answer");
            return;
        case State::looking_up:
        case State::closed:
            break;
    }
}

void Connection::take_info(std::string_view json) noexcept {
    auto info = parse_server_info(json);
    if (!info) {
        fail("it does not speak NATS");
        return;
    }
    info_ = std::move(*info);
    if (state_ != State::waiting_for_info) {
        owner_.on_info(info_);
        return;
    }
    const bool wants_tls = options_->tls.enabled;
    if (!info_.headers) {
        fail("its NATS server is too old: 2.9 or newer is needed", true);
    } else if (wants_tls && !info_.requires_tls && !info_.offers_tls) {
        fail("it offers no TLS, which the configuration asks for", true);
    } else if (wants_tls || info_.requires_tls) {
        begin_tls();
    } else {
        log_in();
    }
}

void Connection::begin_tls() noexcept {
    state_ = State::shaking_hands;
    // Anything else that came in plain text cannot be trusted.
    parser_.clear();
    const std::string& name =
        options_->tls.server_name.empty() ? server_.name : options_->tls.server_name;
    if (tls_ == nullptr) {
        fail("it asks for TLS, whose files cannot be used", true);
        return;
    }
    session_ = std::make_unique<tls::Session>(tls_->context(), tls::Side::client, socket_.get());
    if (!tls::expect_server(session_->ssl(), name)) {
        fail(fmt::format("no certificate can be for \"{}\"", name), true);
        return;
    }
    shake_hands();
}

void Connection::shake_hands() noexcept {
    switch (session_->shake_hands()) {
        case tls::Session::Progress::done:
            log_in();
            return;
        case tls::Session::Progress::wants_input:
            if (watch_.set_interest(EPOLLIN) < 0) fail(errno_text(ENOMEM));
            return;
        case tls::Session::Progress::wants_output:
            if (watch_.set_interest(EPOLLOUT) < 0) fail(errno_text(ENOMEM));
            return;
        case tls::Session::Progress::failed:
            fail(tls::text(session_->failure()), is_about_trust(session_->failure()));
            return;
    }
}

void Connection::log_in() noexcept {
    state_ = State::logging_in;
    append_connect(output(), *options_, name_, session_ != nullptr);
    append_subscribe(output(), inbox_, SUBSCRIPTION);
    output().append(PING);
    flush();
    // OpenSSL may already have read more.
    if (state_ == State::logging_in && session_ != nullptr) read();
}

}  // namespace hark::nats
