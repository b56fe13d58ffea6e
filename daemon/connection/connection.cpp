#include "daemon/connection/connection.hpp"

#include "daemon/connection/connection_context.hpp"

#include <algorithm>
#include <array>

namespace hark {

using namespace std::chrono_literals;

namespace {

// How long a peer has to close its side.
constexpr Duration LINGER = 2s;

// Whether a connection with this framing may begin with something other than a message: a probe, or
// UTF-16's mark.
bool can_begin_otherwise(Framing framing) noexcept {
    return framing == Framing::automatic || framing == Framing::line || framing == Framing::chunk;
}

}  // namespace

std::string_view name(Reason reason) noexcept {
    static constexpr std::array<std::string_view, 11> NAMES{"bye",     "eof",      "reset", "idle",
                                                            "timeout", "kicked",   "probe", "frame",
                                                            "restart", "shutdown", "error"};
    return NAMES[static_cast<std::size_t>(reason)];
}

Connection::Connection(ConnectionContext& context, ByteStream stream, const SocketAddress& peer,
                       std::uint64_t number, const ListenerProfile& profile) noexcept
    : context_{context},
      stream_{std::move(stream)},
      watch_{context.loop, method<&Connection::on_ready>(*this)},
      timer_{context.loop, method<&Connection::on_timer>(*this)},
      undecided_{can_begin_otherwise(profile.framing.framing)},
      peer_{peer},
      number_{number},
      opened_{context.loop.now()},
      last_read_{context.clock.now()},
      profile_{profile},
      charset_mode_{profile_.charset},
      framer_state_{profile_.framing.framing} {
    if (charset_mode_.is_utf16()) read_utf16(charset_mode_);
}

void Connection::open(std::string_view greeting, bool names_listener) noexcept {
    names_listener_ = names_listener;
    if (is_proxy_itself()) ++context_.counters.proxy_local;
    if (is_recorded(RecordConnections::all)) record_connected();
    if (watch_.start(stream_.fd(), EPOLLIN | EPOLLRDHUP) < 0) {
        reason_ = Reason::error;
        retire();
        return;
    }
    state_ = State::open;
    if (!greeting.empty() && profile_.replies == ReplyMode::text) send(greeting);
    arm_timer();
}

void Connection::record_connected() noexcept {
    recorded_ = true;
    std::array<Detail, 6> details{};
    std::size_t count = 0;
    const auto add = [&](Key key, std::string_view text) {
        if (!text.empty()) details[count++] = {key, text};
    };
    const Identity* const identity = stream_.identity();
    if (identity != nullptr) {
        add(Key::via, identity->via);
        add(Key::proxy_id, identity->proxy_id);
    }
    if (names_listener_) add(Key::listener, profile_.listener);
    if (identity != nullptr) {
        add(Key::tls, identity->tls);
        add(Key::cert, identity->certificate);
        add(Key::cert_sha256, identity->sha256);
    }
    record_event(Event::connected, std::span{details}.first(count));
}

void Connection::record_event(Event event, std::span<const Detail> details) noexcept {
    context_.log.append({.event = event,
                         .time = context_.loop.wall_now(),
                         .connection = number_,
                         .peer = context_.peer_text.of(peer_, number_, stream_.identity()),
                         .details = details});
}

void Connection::on_ready(std::uint32_t events) noexcept {
    constexpr std::uint32_t HUNG_UP = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
    // After a hang-up, nothing but the hang-up announces the bytes that remain to be read.
    constexpr int READS_AT_HANG_UP = 8;

    if ((events & EPOLLOUT) != 0) {
        // Reading, too, may have waited for room.
        if (stream_.wants_output()) events |= EPOLLIN;
        on_room();
    }
    if (state_ == State::retired || (events & (EPOLLIN | HUNG_UP)) == 0) return;
    if (input_ended_) {
        // Only the output can still fail.
        if ((events & EPOLLERR) != 0) retire();
        return;
    }
    if (waiting_) return;
    if (receives() && !context_.reads()) {
        park();
        return;
    }
    // Connections that the log holds up are parked ahead of those already read, and so are served
    // first when the log takes records again.
    if (read((events & HUNG_UP) != 0 ? READS_AT_HANG_UP : 1) == ReadOutcome::log_paused) {
        park();
    } else {
        go_on();
    }
}

void Connection::go_on() noexcept {
    if (state_ == State::kicked) go_on_kicking();
    if (!receives()) return;
    if (waiting_ || is_over_rate()) {
        wait_for_tokens();
    } else {
        arm_timer();
    }
}

// The only place that sets what epoll reports. A parked connection with nothing waiting for room
// leaves epoll, which would otherwise report a lost peer endlessly.
void Connection::update_interest() noexcept {
    std::uint32_t events = 0;
    if (!parked_ && !waiting_ && !input_ended_ && !stream_.reading_waits()) {
        events |= EPOLLIN | EPOLLRDHUP;
    }
    const bool waits_for_room = outbox_ != nullptr && outbox_->blocked() && !starved_;
    if ((waits_for_room || stream_.wants_output()) && !output_dead_) events |= EPOLLOUT;
    if (watch_.set_interest(events) < 0) {
        reason_ = Reason::error;
        retire();
    }
}

void Connection::park() noexcept {
    if (parked_) return;
    parked_ = true;
    update_interest();
    if (state_ != State::retired) context_.connections.park(*this);
}

void Connection::unpark() noexcept {
    parked_ = false;
    update_interest();
    if (!receives()) return;
    if (stream_.pending() > 0) {
        timer_.arm(context_.loop.now());
    } else {
        arm_timer();
    }
}

// Takes no further messages. Pending replies leave first, then the farewell.
void Connection::begin_close(Reason reason) noexcept {
    state_ = State::closing;
    reason_ = reason;
    parked_ = false;
    timer_.cancel();
    update_interest();
    if (state_ == State::closing) enqueue_reply(PendingReply::Kind::farewell);
}

void Connection::shut_down(bool reads, Reason reason) noexcept {
    if (!receives()) return;
    end_wait();
    if (!receives()) return;
    if (reads && !input_ended_) {
        static_cast<void>(read_once(std::min(read_size(), context_.last_read_bytes)));
    }
    if (!receives()) return;
    flush(End::shutdown);
    if (receives()) begin_close(reason);
}

void Connection::abandon() noexcept {
    retire();
}

// Everything is sent; it only has to arrive.
void Connection::linger() noexcept {
    if (input_ended_ || output_dead_) {
        retire();
        return;
    }
    state_ = State::draining;
    stream_.shutdown();
    timer_.arm_in(LINGER);
}

void Connection::retire() noexcept {
    if (state_ == State::retired) return;
    state_ = State::retired;
    if (waiting_) discard(stop_waiting().size());
    if (holds_input_) static_cast<void>(take_held());
    share_.reset();
    record_closed();
    if (!context_.kicks.empty()) context_.kicks.erase(number_);
    timer_.cancel();
    watch_.stop();
    stream_.close();
    context_.connections.retire(*this);
}

void Connection::record_closed() noexcept {
    if (!recorded_) {
        if (is_recorded(RecordConnections::used)) ++context_.counters.unused;
        return;
    }
    const std::array details{Detail{Key::reason, name(reason_)},
                             Detail{Key::messages, messages_},
                             Detail{Key::bytes, bytes_},
                             Detail{Key::discarded, discarded_},
                             Detail{Key::seconds, context_.loop.now() - opened_},
                             Detail{Key::truncated, true}};
    record_event(Event::closed,
                 std::span{details}.first(details.size() - (stream_.truncated() ? 0 : 1)));
}

}  // namespace hark
