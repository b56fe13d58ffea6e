#include "daemon/listen/listener.hpp"

#include "common/locale/i18n.hpp"
#include "common/net/tcp.hpp"
#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>

namespace hark {

namespace {

using namespace std::chrono_literals;

constexpr int ACCEPTS_A_ROUND = 64;
constexpr int TURNED_AWAY_A_ROUND = 16;
constexpr Duration REST = 100ms;
constexpr Duration LONG_REST = 1s;
// Answers are short. A peer that never reads them must not hold megabytes of the kernel's memory.
constexpr int SEND_BUFFER = 64 << 10;

// What accept(2) reports of one connection, or of the network it came by: the next may be well.
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

UniqueFd open_socket(const SocketAddress& address, UniqueFd inherited) {
    if (!inherited) return tcp::listen(address, Listener::BACKLOG, SEND_BUFFER);
    if (const char* const option = tcp::set_options(inherited.get(), SEND_BUFFER)) {
        throw SystemError{errno, fmt::format(fmt::runtime(_("cannot set {}")), option)};
    }
    return inherited;
}

UniqueFd open_spare() noexcept {
    return UniqueFd{sys::open("/dev/null", O_RDONLY | O_CLOEXEC, 0)};
}

}  // namespace

Listener::Listener(EventLoop& loop, ListenerOwner& owner, ListenerConfig config, UniqueFd inherited)
    : owner_{owner},
      config_{std::move(config)},
      socket_{open_socket(config_.address, std::move(inherited))},
      spare_{open_spare()},
      address_{tcp::local_address(socket_.get()).text()},
      watch_{loop, method<&Listener::on_ready>(*this)},
      rest_timer_{loop, method<&Listener::on_rested>(*this)} {}

void Listener::start() {
    if (const int error = watch_.start(socket_.get(), EPOLLIN); error < 0) {
        throw SystemError{-error, fmt::format(fmt::runtime(_("cannot watch {}")), address_)};
    }
}

void Listener::on_ready(std::uint32_t) noexcept {
    if (owner_.holds_back()) {
        rest(REST);
    } else {
        accept(ACCEPTS_A_ROUND);
    }
}

void Listener::accept_all() noexcept {
    // The kernel may keep one more than it was told.
    accept(2 * BACKLOG);
}

void Listener::accept(int most) noexcept {
    for (int count = 0; count < most; ++count) {
        sockaddr_storage raw{};
        const int accepted = sys::accept(socket_.get(), raw);
        if (accepted >= 0) {
            // Who came before us to an inherited socket has inherited nothing from it.
            if (config_.inherited) static_cast<void>(tcp::set_options(accepted, SEND_BUFFER));
            owner_.on_accepted(*this, UniqueFd{accepted}, SocketAddress::from(raw));
            continue;
        }
        const int error = -accepted;
        if (error == EAGAIN) return;
        if (concerns_one_connection(error)) continue;
        const bool exhausted =
            error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
        if (exhausted) turn_away();
        owner_.on_accept_failed(*this, error);
        rest(exhausted ? REST : LONG_REST);
        return;
    }
}

// With the one descriptor that is kept back, one after the other.
void Listener::turn_away() noexcept {
    for (int count = 0; count < TURNED_AWAY_A_ROUND; ++count) {
        spare_.reset();
        sockaddr_storage raw{};
        UniqueFd socket{sys::accept(socket_.get(), raw)};
        const bool accepted{socket};
        if (accepted) owner_.on_overrun(std::move(socket), SocketAddress::from(raw));
        spare_ = open_spare();
        if (!accepted || !spare_) return;
    }
}

void Listener::rest(Duration time) noexcept {
    static_cast<void>(watch_.set_interest(0));
    rest_timer_.arm_in(time);
}

void Listener::on_rested() noexcept {
    if (watch_.set_interest(EPOLLIN) < 0) rest_timer_.arm_in(LONG_REST);
}

}  // namespace hark
