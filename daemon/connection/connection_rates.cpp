// Rates by address: a connection over one waits, as if it had sent the rest later.
#include "common/net/tcp.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/connection/connection_context.hpp"

#include <algorithm>
#include <utility>

namespace hark {

void Connection::on_new_limits() noexcept {
    if (!share_ && context_.addresses.in_use()) share_ = context_.addresses.join(peer_, false);
    // WindowWatch now looks as often as the new time requires, so the kernel must not use the old
    // one.
    if (!window_closed_) {
        static_cast<void>(tcp::set_user_timeout(stream_.fd(), context_.limits.peer));
    }
    if (receives() && !parked_ && !waiting_) arm_timer();
}

// A peer that is leaving is not held up.
bool Connection::rates_apply() const noexcept {
    return share_ && state_ == State::open && !context_.stopping;
}

// The end of the stream, or an error, is not input.
bool Connection::is_over_rate() const noexcept {
    return rates_apply() && !share_.may_read() && stream_.unread() > 0;
}

// The rest of a read is text that is not framed yet.
void Connection::keep_unread(std::span<const char> rest) noexcept {
    waiting_ = true;
    RateWait& wait = context_.rate_waits.try_emplace(number_, method<&Connection::on_tokens>(*this))
                         .first->second;
    wait.unread.assign(rest.data(), rest.size());
}

void Connection::wait_for_tokens() noexcept {
    if (!waiting_) keep_unread({});
    await_tokens(context_.clock.now());
}

void Connection::await_tokens(TimePoint since) noexcept {
    RateWait& wait = context_.rate_waits.find(number_)->second;
    wait.since = since;
    share_.wait(wait.waiter);
    timer_.cancel();
    update_interest();
}

void Connection::on_tokens() noexcept {
    end_wait();
    if (state_ == State::open && !waiting_ && read(1) == ReadOutcome::log_paused) {
        park();
        return;
    }
    if (!waiting_ && state_ != State::retired) update_interest();
    go_on();
}

std::string Connection::stop_waiting() noexcept {
    waiting_ = false;
    return std::move(context_.rate_waits.extract(number_).mapped().unread);
}

// For the peer, no time has passed. What was read before is taken now, which may begin another
// wait.
void Connection::end_wait() noexcept {
    if (!waiting_) return;
    const Duration waited = context_.clock.now() - context_.rate_waits.find(number_)->second.since;
    const std::string rest = stop_waiting();
    last_read_ += waited;
    message_begun_ += waited;
    if (holds_input_) held().since += waited;
    if (rest.empty()) return;
    last_read_ = context_.clock.now();
    last_read_wall_ = context_.loop.wall_now();
    char* const into = context_.input.data() + ConnectionContext::HEADROOM;
    std::copy(rest.begin(), rest.end(), into);
    feed({into, rest.size()}, last_read_);
}

}  // namespace hark
