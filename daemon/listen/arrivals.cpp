#include "daemon/listen/arrivals.hpp"

#include "common/net/proxy_header.hpp"
#include "common/sys/calls.hpp"
#include "common/tls/context.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <new>
#include <string>
#include <utility>

namespace hark {

namespace {

using namespace std::chrono_literals;

// Counted from accept(2).
constexpr Duration HEADER_PATIENCE = 5s;
constexpr Duration HANDSHAKE_PATIENCE = 15s;
// A step may take half a millisecond of processor time, during which everything else waits.
constexpr int STEPS_A_ROUND = 2;
// The first byte of a TLS record with a handshake (RFC 8446, 5.1).
constexpr char TLS_HANDSHAKE = 0x16;

}  // namespace

class Arrivals::Arrival : public ListLink {
   public:
    Arrival(Arrivals& all, Newcomer newcomer) noexcept
        : all_{all},
          newcomer_{std::move(newcomer)},
          watch_{all.loop_, method<&Arrival::on_ready>(*this)},
          timer_{all.loop_, method<&Arrival::on_timer>(*this)} {}
    virtual ~Arrival() = default;

    void start(Duration patience) noexcept {
        if (set_interest(EPOLLIN | EPOLLRDHUP)) timer_.arm(newcomer_.accepted + patience);
    }
    void turn_away(Refusal refusal, tls::Failure failure = tls::Failure::none) noexcept {
        Newcomer newcomer = leave();
        all_.owner_.on_turned_away(std::move(newcomer), refusal, failure);
    }

    // A handshake that has begun cannot go on in another process.
    [[nodiscard]] bool can_travel() const noexcept { return !newcomer_.in_handshake; }
    [[nodiscard]] virtual ArrivalState state() const {
        ArrivalState state{
            .fd = newcomer_.socket.get(), .peer = newcomer_.peer, .accepted = newcomer_.accepted};
        if (newcomer_.introduction != nullptr) state.identity = newcomer_.introduction->identity;
        return state;
    }
    [[nodiscard]] const Entrance& entrance() const noexcept { return newcomer_.entrance; }

   protected:
    virtual void on_input() noexcept = 0;
    virtual void on_timeout() noexcept = 0;

    [[nodiscard]] Newcomer leave() noexcept {
        timer_.cancel();
        watch_.stop();
        all_.finish(*this);
        return std::move(newcomer_);
    }
    // False: that failed, and the arrival has left.
    bool set_interest(std::uint32_t events) noexcept {
        const int result = watch_.interest() == 0 ? watch_.start(newcomer_.socket.get(), events)
                                                  : watch_.set_interest(events);
        if (result >= 0) return true;
        turn_away(Refusal::out_of_descriptors);
        return false;
    }

    Arrivals& all_;
    Newcomer newcomer_;

   private:
    void on_ready(std::uint32_t) noexcept { on_input(); }
    void on_timer() noexcept { on_timeout(); }

    FdWatch watch_;
    Timer timer_;
};

class Arrivals::HeaderWait final : public Arrival {
   public:
    HeaderWait(Arrivals& all, Newcomer newcomer, std::string begun) noexcept
        : Arrival{all, std::move(newcomer)}, begun_{std::move(begun)} {}

    [[nodiscard]] ArrivalState state() const override {
        ArrivalState state = Arrival::state();
        state.awaits_header = true;
        state.begun = begun_;
        return state;
    }

   private:
    void on_timeout() noexcept override { turn_away(Refusal::bad_frame); }

    // Bytes after the header stay in the socket.
    void on_input() noexcept override {
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
        Identity& identity = newcomer.introduced().identity;
        if (header.client) {
            identity.via = newcomer.peer.text();
            newcomer.peer = *header.client;
        }
        identity.proxy_itself = header.local;
        identity.proxy_id = std::move(header.unique_id);
        identity.certificate = std::move(header.certificate);
        all_.owner_.on_header(std::move(newcomer));
    }

    std::string begun_;  // the beginning of an incomplete header
};

class Arrivals::HandshakeWait final : public Arrival {
   public:
    using Arrival::Arrival;

   private:
    void on_timeout() noexcept override { turn_away(Refusal::handshake, tls::Failure::timed_out); }

    void on_input() noexcept override {
        if (!all_.may_compute()) return;
        if (session_ == nullptr && !begin()) return;
        switch (session_->shake_hands()) {
            case tls::Session::Progress::wants_input:
                set_interest(EPOLLIN | EPOLLRDHUP);
                return;
            case tls::Session::Progress::wants_output:
                set_interest(EPOLLOUT);
                return;
            case tls::Session::Progress::failed:
                turn_away(Refusal::handshake, session_->failure());
                return;
            case tls::Session::Progress::done:
                break;
        }
        Newcomer newcomer = leave();
        newcomer.introduced().session = std::move(session_);
        all_.owner_.on_secured(std::move(newcomer));
    }

    // A client that begins in plain text is rejected in plain text.
    [[nodiscard]] bool begin() noexcept {
        const int socket = newcomer_.socket.get();
        char first = 0;
        const ssize_t count = sys::peek(socket, &first, 1);
        if (count == -EAGAIN) return false;
        if (count <= 0) {
            turn_away(Refusal::handshake, tls::Failure::gone);
            return false;
        }
        if (first != TLS_HANDSHAKE) {
            turn_away(Refusal::not_this_protocol);
            return false;
        }
        session_ = std::make_unique<tls::Session>(newcomer_.entrance.config->tls_context->context(),
                                                  tls::Side::server, socket);
        newcomer_.in_handshake = true;
        return true;
    }

    std::unique_ptr<tls::Session> session_;
};

Arrivals::Arrivals(EventLoop& loop, ArrivalsOwner& owner) noexcept
    : loop_{loop}, owner_{owner}, reap_task_{loop, Stage::finish, method<&Arrivals::reap>(*this)} {}

Arrivals::~Arrivals() {
    waiting_.move_to(finished_);
    reap();
}

void Arrivals::await_header(Newcomer newcomer, std::string begun) {
    add(std::make_unique<HeaderWait>(*this, std::move(newcomer), std::move(begun)))
        .start(HEADER_PATIENCE);
}

void Arrivals::await_handshake(Newcomer newcomer) {
    add(std::make_unique<HandshakeWait>(*this, std::move(newcomer))).start(HANDSHAKE_PATIENCE);
}

Arrivals::Arrival& Arrivals::add(std::unique_ptr<Arrival> arrival) noexcept {
    Arrival& added = *arrival.release();
    ++size_;
    waiting_.push_back(added);
    return added;
}

void Arrivals::close(Refusal refusal) noexcept {
    while (Arrival* const arrival = waiting_.front()) arrival->turn_away(refusal);
}

void Arrivals::close_handshakes(Refusal refusal) noexcept {
    for (Arrival* arrival = waiting_.front(); arrival != nullptr;) {
        Arrival* const next = waiting_.after(*arrival);
        if (!arrival->can_travel()) arrival->turn_away(refusal);
        arrival = next;
    }
}

void Arrivals::hand_over(const std::function<void(ArrivalState, const Entrance&)>& visit) const {
    for (const Arrival* arrival = waiting_.front(); arrival != nullptr;
         arrival = waiting_.after(*arrival)) {
        if (arrival->can_travel()) visit(arrival->state(), arrival->entrance());
    }
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

// Arrivals not served now are reported again in the next round.
bool Arrivals::may_compute() noexcept {
    if (round_ != loop_.now()) {
        round_ = loop_.now();
        steps_ = 0;
    }
    return ++steps_ <= STEPS_A_ROUND;
}

}  // namespace hark
