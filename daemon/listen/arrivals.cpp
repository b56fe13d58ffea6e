#include "daemon/listen/arrivals.hpp"

#include "common/net/proxy_header.hpp"
#include "common/sys/calls.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace hark {

namespace {

// From the accept.
constexpr Duration HEADER_PATIENCE = std::chrono::seconds{5};

}  // namespace

class Arrivals::Arrival : public ListLink {
   public:
    Arrival(Arrivals& all, Newcomer newcomer) noexcept
        : all_{all},
          newcomer_{std::move(newcomer)},
          watch_{all.loop_, method<&Arrival::on_ready>(*this)},
          timer_{all.loop_, method<&Arrival::on_timer>(*this)} {}

    void start() noexcept {
        if (watch_.start(newcomer_.socket.get(), EPOLLIN | EPOLLRDHUP) < 0) {
            turn_away(Refusal::bad_frame);
            return;
        }
        timer_.arm_in(HEADER_PATIENCE);
    }
    void turn_away(Refusal refusal) noexcept {
        Newcomer newcomer = leave();
        all_.owner_.on_turned_away(std::move(newcomer), refusal);
    }

   private:
    void on_timer() noexcept { turn_away(Refusal::bad_frame); }

    // What stands behind the header stays in the socket.
    void on_ready(std::uint32_t) noexcept {
        std::array<char, ProxyHeader::MAX_SIZE> bytes;
        const int socket = newcomer_.socket.get();
        const ssize_t count =
            sys::peek(socket, bytes.data(), bytes.size() - std::min(begun_.size(), bytes.size()));
        if (count == -EAGAIN) return;
        if (count <= 0) {
            turn_away(Refusal::bad_frame);
            return;
        }
        const auto seen = static_cast<std::size_t>(count);
        const std::size_t before = begun_.size();
        begun_.append(bytes.data(), seen);
        ProxyHeader header = ProxyHeader::parse(begun_);
        if (header.verdict == ProxyHeader::Verdict::bad) {
            turn_away(Refusal::bad_frame);
            return;
        }
        const bool complete = header.verdict == ProxyHeader::Verdict::complete;
        const std::size_t taken = complete ? header.size - before : seen;
        if (sys::recv(socket, bytes.data(), taken) != static_cast<ssize_t>(taken)) {
            turn_away(Refusal::bad_frame);
        } else if (complete) {
            introduce(header);
        }
    }

    void introduce(ProxyHeader& header) noexcept {
        Newcomer newcomer = leave();
        if (header.client) {
            newcomer.identity.via = newcomer.peer.text();
            newcomer.peer = *header.client;
        }
        newcomer.identity.proxy_itself = header.local;
        newcomer.identity.proxy_id = std::move(header.unique_id);
        newcomer.identity.certificate = std::move(header.certificate);
        all_.owner_.on_arrived(std::move(newcomer));
    }

    [[nodiscard]] Newcomer leave() noexcept {
        timer_.cancel();
        watch_.stop();
        all_.finish(*this);
        return std::move(newcomer_);
    }

    Arrivals& all_;
    Newcomer newcomer_;
    std::string begun_;  // of a header that is not complete
    FdWatch watch_;
    Timer timer_;
};

Arrivals::Arrivals(EventLoop& loop, ArrivalsOwner& owner) noexcept
    : loop_{loop}, owner_{owner}, reap_task_{loop, Stage::finish, method<&Arrivals::reap>(*this)} {}

Arrivals::~Arrivals() {
    waiting_.move_to(finished_);
    reap();
}

void Arrivals::await_header(Newcomer newcomer) {
    Arrival& arrival = *std::make_unique<Arrival>(*this, std::move(newcomer)).release();
    ++size_;
    waiting_.push_back(arrival);
    arrival.start();
}

void Arrivals::close(Refusal refusal) noexcept {
    while (Arrival* const arrival = waiting_.front()) arrival->turn_away(refusal);
}

std::size_t Arrivals::most_memory() noexcept {
    return sizeof(Arrival) + 2 * ProxyHeader::MAX_SIZE;
}

void Arrivals::finish(Arrival& arrival) noexcept {
    --size_;
    finished_.push_back(arrival);
    reap_task_.schedule();
}

void Arrivals::reap() noexcept {
    while (Arrival* const arrival = finished_.pop_front())
        std::unique_ptr<Arrival>{arrival}.reset();
}

}  // namespace hark
