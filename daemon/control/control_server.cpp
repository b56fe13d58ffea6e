#include "daemon/control/control_server.hpp"

#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace hark {

namespace {

using namespace std::chrono_literals;

constexpr int ACCEPTS_A_ROUND = 8;
constexpr Duration BACKOFF = 100ms;
constexpr std::size_t TAIL_BYTES_A_ROUND = 64 << 10;

}  // namespace

ControlServer::ControlServer(EventLoop& loop, ConnectionContext& context, ControlOwner& owner,
                             ControlSocket socket, AccessRules rules, std::string run)
    : loop_{loop},
      context_{context},
      owner_{owner},
      socket_{std::move(socket)},
      rules_{rules},
      watch_{loop, method<&ControlServer::on_connecting>(*this)},
      backoff_timer_{loop, method<&ControlServer::on_backoff_over>(*this)},
      work_task_{loop, Stage::respond, method<&ControlServer::work>(*this)},
      share_timer_{loop, method<&ControlServer::on_share>(*this)},
      reap_task_{loop, Stage::finish, method<&ControlServer::reap>(*this)},
      renderer_{std::move(run)} {
    open_to_everyone(false);
    if (const int error = watch_.start(socket_.fd(), EPOLLIN); error < 0) {
        throw SystemError{-error, N_("cannot watch {}"), path()};
    }
}

ControlServer::~ControlServer() {
    context_.log.set_observer(nullptr);
}

void ControlServer::open_to_everyone(bool open) noexcept {
    rules_.open_to_everyone(open);
    socket_.allow(rules_.group(), open);
    if (open) return;
    for (const auto& client : clients_) {
        if (client->credentials().access == Access::read) client->close();
    }
}

void ControlServer::on_connecting(std::uint32_t) noexcept {
    for (int count = 0; count < ACCEPTS_A_ROUND; ++count) {
        sockaddr_storage unused{};
        UniqueFd socket{sys::accept(socket_.fd(), unused)};
        if (socket.get() == -EAGAIN) return;
        if (!socket) {
            // Out of descriptors or memory: the socket would be ready again at once.
            static_cast<void>(watch_.set_interest(0));
            backoff_timer_.arm_in(BACKOFF);
            return;
        }
        const Credentials credentials = rules_.of(socket.get());
        if (!make_room(credentials.access)) continue;
        clients_.push_back(std::make_unique<ControlClient>(
            loop_, static_cast<ControlClientOwner&>(*this), std::move(socket), credentials));
        if (clients_.back()->is_over()) clients_.pop_back();
    }
}

void ControlServer::on_backoff_over() noexcept {
    if (watch_.set_interest(EPOLLIN) < 0) backoff_timer_.arm_in(BACKOFF);
}

// If necessary, closes the client idle for longest; to admit one with more rights, also closes one
// that may only read.
bool ControlServer::make_room(Access access) noexcept {
    const auto alive =
        std::ranges::count_if(clients_, [](const auto& client) { return !client->is_over(); });
    if (static_cast<std::size_t>(alive) < MAX_CLIENTS) return true;
    ControlClient* idlest = nullptr;
    for (const auto& client : clients_) {
        if (client->is_over()) continue;
        const bool outranked = client->credentials().access < access;
        if (!client->is_idle() && !outranked) continue;
        if (idlest == nullptr || client->last_call() < idlest->last_call()) idlest = client.get();
    }
    if (idlest == nullptr) return false;
    idlest->close();
    return true;
}

void ControlServer::on_call(ControlClient& client) noexcept {
    waiting_.push_back(client);
    work_task_.schedule();
}

void ControlServer::on_over(ControlClient& client) noexcept {
    if (broadcast_ && broadcast_->from == &client) broadcast_->from = nullptr;
    std::erase(restarters_, &client);
    if (tails() == 0) context_.log.set_observer(nullptr);
    reap_task_.schedule();
}

// Does one piece of work, then lets others have their turn.
void ControlServer::work() noexcept {
    if (const Duration wait = share_.wait(loop_.now()); wait > Duration{}) {
        share_timer_.arm_in(wait);
        return;
    }
    const Duration before = loop_.worked();
    if (broadcast_) {
        go_on_broadcasting();
    } else if (ControlClient* const client = waiting_.pop_front()) {
        handle(*client);
    }
    share_.spend(loop_.worked() - before);
    if (broadcast_ || !waiting_.empty()) work_task_.schedule();
}

void ControlServer::reap() noexcept {
    if (std::exchange(round_bytes_, 0) > 0) {
        // A client lost here stays in the list until the lines below.
        for (const auto& client : clients_) {
            if (!client->is_over() && client->tail() != nullptr) client->flush();
        }
    }
    std::erase_if(clients_, [](const auto& client) { return client->is_over(); });
}

std::size_t ControlServer::tails() const noexcept {
    return static_cast<std::size_t>(std::ranges::count_if(
        clients_, [](const auto& client) { return client->tail() != nullptr; }));
}

void ControlServer::on_record(const Record& record) noexcept {
    line_.clear();
    lowered_.clear();
    for (const auto& client : clients_) {
        const TailFilter* const filter = client->tail();
        if (filter == nullptr || !filter->may_want(record)) continue;
        // When the round's share is used up, we do not even check whether the record matches.
        if (round_bytes_ >= TAIL_BYTES_A_ROUND || !client->has_room()) {
            client->skip();
            ++tail_dropped_;
            continue;
        }
        const bool wanted = filter->wants(record, lowered_);
        // Searching a text costs about a tenth of sending it.
        round_bytes_ += lowered_.size() / 8;
        if (!wanted) continue;
        if (line_.empty()) {
            renderer_.append(line_, record);
            line_.pop_back();
        }
        client->append_record(line_);
        round_bytes_ += line_.size();
        reap_task_.schedule();
    }
}

}  // namespace hark
