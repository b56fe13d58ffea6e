// From the socket to bytes: how much is read at a time, and how the end is recognized.
#include "daemon/connection/connection.hpp"
#include "daemon/connection/connection_context.hpp"

#include <algorithm>
#include <cerrno>

namespace hark {

Connection::ReadOutcome Connection::read(int reads) noexcept {
    // Bytes that TLS has read but that were not taken would not be reported again: at most a
    // record.
    for (; reads > 0 || stream_.pending() > 0; --reads) {
        // This bounds what waits for the end of the round, in which everybody gets a turn.
        EventLog& log = context_.log;
        if (receives() && log.write_is_due()) log.write();
        if (receives() && !log.accepting()) return ReadOutcome::log_paused;
        if (share_ && is_over_rate()) return ReadOutcome::over_rate;
        if (read_once(read_size()) == Input::none_now || state_ == State::retired || input_ended_)
            break;
        if (waiting_) return ReadOutcome::over_rate;
    }
    return ReadOutcome::done;
}

Connection::Input Connection::read_once(std::size_t most) noexcept {
    char* const into = context_.input.data() + ConnectionContext::HEADROOM;
    const ssize_t count = stream_.recv({into, most});
    if (count > 0) {
        const auto size = static_cast<std::size_t>(count);
        bytes_ += size;
        context_.counters.bytes += size;
        if (share_) share_.take_bytes(size);
        if (!recorded_ && is_recorded(RecordConnections::used)) record_connected();
        if (receives()) {
            const TimePoint now = context_.clock.now();
            if (now - last_read_ >= context_.limits.quiet) framer().note_silence();
            last_read_ = now;
            last_read_wall_ = context_.loop.wall_now();
            const std::uint64_t before = messages_;
            take({into, size});
            weigh(messages_ - before);
        } else {
            discard(size);
        }
        return Input::maybe_more;
    }
    switch (count) {
        case -EAGAIN:
            if (stream_.wants_output()) update_interest();
            break;
        case 0:
            // A failed send has consumed the error, and only the end is left to be read.
            if (output_dead_) {
                end_of_input(End::reset, unreachable_ ? Reason::timeout : Reason::reset);
            } else {
                end_of_input(End::eof, Reason::eof);
            }
            break;
        case -ECONNRESET:
        case -EPIPE:
            output_dead_ = true;
            end_of_input(End::reset, Reason::reset);
            break;
        case -ETIMEDOUT:
        case -EHOSTUNREACH:
        case -ENETUNREACH:
            output_dead_ = true;
            end_of_input(End::reset, Reason::timeout);
            break;
        default:
            output_dead_ = true;
            end_of_input(End::reset, Reason::error);
            break;
    }
    return Input::none_now;
}

std::size_t Connection::read_size() const noexcept {
    // What is over a rate is kept in memory. A chunk is a whole read, so it is never cut.
    constexpr std::size_t MAX_LIMITED = 2048;
    const std::size_t most = ConnectionContext::READ_BYTES >> (2U * weight_);
    if (!rates_apply() || !share_.has_rate() || profile_.framing.framing == Framing::chunk) {
        return most;
    }
    return std::min({most, MAX_LIMITED, share_.bytes_left()});
}

void Connection::weigh(std::uint64_t messages_read) noexcept {
    constexpr std::uint64_t MANY = 256;
    constexpr std::uint64_t FEW = 64;
    constexpr std::size_t LEAST_BYTES = 1024;
    if (messages_read > MANY && read_size() > LEAST_BYTES) {
        ++weight_;
    } else if (messages_read < FEW && weight_ > 0) {
        --weight_;
    }
}

void Connection::end_of_input(End end, Reason reason) noexcept {
    input_ended_ = true;
    if (receives()) {
        flush(end);
        if (receives()) begin_close(reason);
    } else if (state_ == State::draining || output_dead_) {
        retire();
    }
    if (state_ != State::retired) update_interest();
}

}  // namespace hark
