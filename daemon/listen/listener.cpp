#include "daemon/listen/listener.hpp"

#include "common/locale/i18n.hpp"
#include "common/locale/translated.hpp"
#include "common/net/tcp.hpp"
#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"

#include <cerrno>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/core.h>

namespace hark {

namespace {

using namespace std::chrono_literals;

constexpr int ACCEPTS_A_ROUND = 64;
constexpr int REJECTED_A_ROUND = 16;
constexpr Duration BACKOFF = 100ms;
constexpr Duration LONG_BACKOFF = 1s;
// Replies are short. A peer that never reads them must not occupy megabytes of kernel memory.
constexpr int SEND_BUFFER = 64 << 10;

// An error that accept(2) reports for a single connection or its network: the next may succeed.
bool concerns_one_connection(int error) noexcept {
    switch (error) {
        case ECONNABORTED:
        case EPERM:
        case ENETDOWN:
        case EPROTO:
        case ENOPROTOOPT:
        case EHOSTDOWN:
        case ENONET:
        case EHOSTUNREACH:
        case EOPNOTSUPP:
        case ENETUNREACH:
        case ETIMEDOUT:
            return true;
        default:
            return false;
    }
}

// A hint about an address that cannot be bound; nullptr: none.
const char* bind_hint(int error) {
    switch (error) {
        case EADDRINUSE:
            return _("another program listens there; ss -ltnp shows which");
        case EACCES:
            return _("ports below 1024 need root or CAP_NET_BIND_SERVICE");
        case EADDRNOTAVAIL:
            return _("no interface of this machine has this address");
        default:
            return nullptr;
    }
}

tcp::SocketOptions socket_options(std::chrono::milliseconds peer_timeout,
                                  bool reuse_port = false) noexcept {
    return {.send_buffer = SEND_BUFFER, .peer_timeout = peer_timeout, .reuse_port = reuse_port};
}

UniqueFd bind_and_listen(const SocketAddress& address, const tcp::SocketOptions& options) {
    try {
        return tcp::listen(address, Listener::BACKLOG, options);
    } catch (const SystemError& problem) {
        const char* const hint = bind_hint(problem.error());
        if (hint == nullptr) throw;
        throw std::runtime_error{fmt::format("{} ({})", in_user_language(problem), hint)};
    }
}

UniqueFd open_socket(const SocketAddress& address, const tcp::SocketOptions& options,
                     UniqueFd activated) {
    if (!activated) return bind_and_listen(address, options);
    if (const auto failed = tcp::set_options(activated.get(), options)) {
        throw SystemError{failed->error, N_("cannot set {}"), failed->name};
    }
    return activated;
}

UniqueFd open_spare() noexcept {
    return UniqueFd{sys::open("/dev/null", O_RDONLY | O_CLOEXEC, 0)};
}

}  // namespace

Listener::Listener(EventLoop& loop, ListenerOwner& owner, ListenerConfig config,
                   std::chrono::milliseconds peer_timeout, UniqueFd activated)
    : owner_{owner},
      config_{std::make_shared<const ListenerConfig>(std::move(config))},
      peer_timeout_{peer_timeout},
      socket_{open_socket(config_->address, socket_options(peer_timeout, config_->reuse_port),
                          std::move(activated))},
      spare_{open_spare()},
      address_{tcp::local_address(socket_.get()).text()},
      watch_{loop, method<&Listener::on_ready>(*this)},
      backoff_timer_{loop, method<&Listener::resume_accepting>(*this)} {}

void Listener::start() {
    if (const int error = watch_.start(socket_.get(), EPOLLIN); error < 0) {
        throw SystemError{-error, N_("cannot watch {}"), address_};
    }
}

void Listener::set_peer_timeout(std::chrono::milliseconds timeout) noexcept {
    peer_timeout_ = timeout;
    static_cast<void>(tcp::set_options(socket_.get(), socket_options(timeout)));
}

void Listener::on_ready(std::uint32_t) noexcept {
    if (owner_.accepting_paused()) {
        pause_accepting(BACKOFF);
    } else {
        accept(ACCEPTS_A_ROUND);
    }
}

void Listener::accept_all() noexcept {
    // The kernel's backlog may hold one more than requested.
    accept(2 * BACKLOG);
}

void Listener::accept(int most) noexcept {
    for (int count = 0; count < most; ++count) {
        sockaddr_storage raw{};
        const int accepted = sys::accept(socket_.get(), raw);
        if (accepted >= 0) {
            // An activated socket does not pass these options on to accepted peers.
            if (config_->activated) {
                static_cast<void>(tcp::set_options(accepted, socket_options(peer_timeout_)));
            }
            owner_.on_accepted(*this, UniqueFd{accepted}, SocketAddress::from(raw));
            continue;
        }
        const int error = -accepted;
        if (error == EAGAIN) return;
        if (concerns_one_connection(error)) continue;
        const bool exhausted =
            error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
        if (exhausted) reject_waiting();
        owner_.on_accept_failed(*this, error);
        pause_accepting(exhausted ? BACKOFF : LONG_BACKOFF);
        return;
    }
}

// Uses the reserved descriptor for one peer after another.
void Listener::reject_waiting() noexcept {
    for (int count = 0; count < REJECTED_A_ROUND; ++count) {
        spare_.reset();
        sockaddr_storage raw{};
        UniqueFd socket{sys::accept(socket_.get(), raw)};
        const bool accepted{socket};
        if (accepted) owner_.on_overrun(*this, std::move(socket), SocketAddress::from(raw));
        spare_ = open_spare();
        if (!accepted || !spare_) return;
    }
}

void Listener::hold_back(bool held) noexcept {
    backoff_timer_.cancel();
    if (held) {
        static_cast<void>(watch_.set_interest(0));
    } else {
        resume_accepting();
    }
}

void Listener::pause_accepting(Duration time) noexcept {
    static_cast<void>(watch_.set_interest(0));
    backoff_timer_.arm_in(time);
}

void Listener::resume_accepting() noexcept {
    if (watch_.set_interest(EPOLLIN) < 0) backoff_timer_.arm_in(LONG_BACKOFF);
}

}  // namespace hark
