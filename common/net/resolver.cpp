#include "common/net/resolver.hpp"

#include "common/loop/event_loop.hpp"
#include "common/sys/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>

#include <netdb.h>
#include <signal.h>
#include <sys/eventfd.h>

namespace hark {

// Shared by the thread and the loop. The thread writes the result, then signals the event; after
// that the loop reads.
struct NameLookup::Shared {
    std::string host;
    std::string port;
    UniqueFd done;
    std::vector<SocketAddress> addresses;
    std::string trouble;
};

namespace {

// Blocks signals while a thread is started: they are for the loop.
class BlockedSignals {
   public:
    BlockedSignals() noexcept {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, &before_);
    }
    ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    BlockedSignals(const BlockedSignals&) = delete;
    BlockedSignals& operator=(const BlockedSignals&) = delete;

   private:
    sigset_t before_{};
};

std::string without_brackets(const std::string& host) {
    if (host.starts_with('[') && host.ends_with(']')) return host.substr(1, host.size() - 2);
    return host;
}

}  // namespace

NameLookup::NameLookup(EventLoop& loop, Callback<void()> on_done) noexcept
    : on_done_{on_done},
      watch_{loop, method<&NameLookup::on_answer>(*this)},
      timer_{loop, method<&NameLookup::on_timeout>(*this)} {}

void NameLookup::start(const Endpoint& server) {
    stop();
    addresses_.clear();
    trouble_.clear();
    auto shared = std::make_shared<Shared>();
    shared->host = without_brackets(server.host);
    shared->port = std::to_string(server.port);
    shared->done.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!shared->done) throw SystemError{errno, N_("cannot create an eventfd")};
    if (const int error = watch_.start(shared->done.get(), EPOLLIN); error < 0) {
        throw SystemError{-error, N_("cannot watch an eventfd")};
    }
    shared_ = shared;
    timer_.arm_in(LONGEST);
    try {
        const BlockedSignals blocked;
        std::thread{[shared]() noexcept { look_up(shared); }}.detach();
    } catch (const std::system_error& problem) {
        stop();
        throw SystemError{problem.code().value(), N_("cannot start a thread")};
    }
}

void NameLookup::look_up(const std::shared_ptr<Shared>& shared) noexcept {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int status = ::getaddrinfo(shared->host.c_str(), shared->port.c_str(), &hints, &found);
    if (status != 0) {
        shared->trouble = status == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(status);
    }
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
        if (each->ai_family != AF_INET && each->ai_family != AF_INET6) continue;
        if (shared->addresses.size() == MAX_ADDRESSES) break;
        sockaddr_storage raw{};
        std::memcpy(&raw, each->ai_addr, std::min<std::size_t>(each->ai_addrlen, sizeof raw));
        const SocketAddress address = SocketAddress::from(raw);
        if (std::find(shared->addresses.begin(), shared->addresses.end(), address) ==
            shared->addresses.end()) {
            shared->addresses.push_back(address);
        }
    }
    if (found != nullptr) ::freeaddrinfo(found);
    ::eventfd_write(shared->done.get(), 1);
}

void NameLookup::stop() noexcept {
    watch_.stop();
    timer_.cancel();
    shared_.reset();
}

void NameLookup::on_answer(std::uint32_t) noexcept {
    addresses_ = std::move(shared_->addresses);
    trouble_ = std::move(shared_->trouble);
    if (addresses_.empty() && trouble_.empty()) trouble_ = N_("no address");
    stop();
    on_done_();
}

void NameLookup::on_timeout() noexcept {
    trouble_ = N_("the name service does not answer");
    stop();
    on_done_();
}

}  // namespace hark
