// What falls due while a peer is silent: the end of its message, the end of the connection, or the
// conclusion that nobody is there.
#include "common/net/tcp.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/connection/connection_context.hpp"

#include <chrono>

namespace hark {

using namespace std::chrono_literals;

namespace {

// Telnet clients send a subnegotiation at once.
constexpr Duration SUBNEGOTIATION_PATIENCE = 1s;

// This many unanswered window probes, each after twice the time of the last one, show that nobody
// is there.
constexpr unsigned PROBES_UNANSWERED = 3;

}  // namespace

void Connection::on_timer() noexcept {
    if (!receives()) {
        retire();
        return;
    }
    // Input that arrived in time counts, even if it is still unread.
    if (!context_.reads()) {
        park();
        return;
    }
    switch (read(1)) {
        case ReadOutcome::log_paused:
            park();
            return;
        case ReadOutcome::over_rate:
            wait_for_tokens();
            return;
        case ReadOutcome::done:
            break;
    }
    if (state_ == State::kicked) go_on_kicking();
    if (!receives()) return;
    const TimePoint now = context_.clock.now();
    const Deadline next = next_deadline();
    if (next.due == Due::lost) {
        if (stream_.unread() > 0) {
            arm_timer();
        } else {
            end_of_input(End::reset, reason_);
        }
        return;
    }
    if (next.due == Due::idle && now >= next.at) {
        flush(End::timeout);
        if (receives()) begin_close(Reason::idle);
        return;
    }
    if (next.due == Due::held_input && now >= next.at) {
        release_held();
    } else if (next.due != Due::nothing && now >= next.at) {
        flush(next.due == Due::partial ? End::timeout : End::quiet);
    }
    if (receives()) arm_timer();
}

Connection::Deadline Connection::next_deadline() noexcept {
    // Everything that has arrived is read first.
    if (output_dead_ && state_ == State::open) return {Due::lost, context_.clock.now()};
    const ConnectionLimits& limits = context_.limits;
    Deadline next;
    const auto consider = [&next](Due due, TimePoint at) {
        if (at < next.at) next = {due, at};
    };
    if (holds_input_ || framer().pending()) {
        const bool begins_held = !framer().pending();
        consider(Due::partial, (begins_held ? held().since : message_begun_) + limits.partial);
    }
    if (holds_input_ && TelnetFilter{telnet_shown_}.is_subnegotiation(held().bytes)) {
        consider(Due::held_input, held().since + SUBNEGOTIATION_PATIENCE);
    } else if (holds_input_ && silence_decides_held()) {
        consider(Due::held_input, last_read_ + limits.quiet);
    } else if (const auto quiet = holds_input_ ? framer().quiet_time_of_held(limits.quiet)
                                               : framer().quiet_time(limits.quiet)) {
        consider(Due::quiet, last_read_ + *quiet);
    }
    if (limits.idle > 0ms) consider(Due::idle, last_read_ + limits.idle);
    return next;
}

// Whether held bytes become text once nothing has followed them for a while. Otherwise they wait
// like the tail that they belong to: forever with framing line, except that a NUL is an end.
bool Connection::silence_decides_held() noexcept {
    if (profile_.framing.framing == Framing::chunk) return true;
    if (!undecided_ || framer().pending()) return false;
    return profile_.framing.framing != Framing::line || held().bytes.front() == '\0';
}

void Connection::arm_timer() noexcept {
    const Deadline next = next_deadline();
    if (next.due != Due::nothing) {
        timer_.arm(context_.clock.on_loop(next.at));
    } else if (timer_.armed()) {
        timer_.cancel();
    }
}

bool Connection::check_window(std::chrono::milliseconds timeout) noexcept {
    if (!unconfirmed_ || !receives() || output_dead_) return false;
    unconfirmed_ = tcp::unacknowledged(stream_.fd()) > 0;
    const auto state = unconfirmed_ ? tcp::send_state(stream_.fd()) : std::nullopt;
    const bool closed = state && state->window_closed;
    if (closed != window_closed_) {
        window_closed_ = closed;
        static_cast<void>(
            tcp::set_user_timeout(stream_.fd(), closed ? std::chrono::milliseconds{0} : timeout));
    }
    const bool gone =
        closed && state->probes_unanswered >= PROBES_UNANSWERED && state->silent >= timeout;
    // What it sent before is read first, whatever holds that up now.
    if (gone && context_.reads() && stream_.unread() == 0 && !waiting_) {
        output_dead_ = true;
        end_of_input(End::reset, Reason::timeout);
    }
    return unconfirmed_;
}

}  // namespace hark
