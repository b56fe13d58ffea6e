// A daemon's connection and its client, at the two ends of a socket pair, on a clock that only a
// test moves. Takes the place of a Server when its log makes progress, and when it stops.
#pragma once

#include "daemon/connection/connection.hpp"
#include "daemon/connection/connection_context.hpp"
#include "tests/fuzz/heard_replies.hpp"
#include "tests/fuzz/kept_log.hpp"
#include "tests/support/manual_clock.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace hark::fuzz {

class Conversation {
   public:
    Conversation(const ListenerProfile& profile, const ConnectionLimits& limits,
                 const PeerLimits& rates, bool small_buffer);

    // The client sends up to `size` bytes of what is left of `stream`, and takes them off it.
    void send(std::string_view& stream, std::size_t size);
    // The client reads what has come.
    void hear();
    void half_close() noexcept;
    // A reset, if the client has not read everything.
    void leave() noexcept;

    void rounds(int count);
    void pass(Duration time);
    [[nodiscard]] Duration passed() const noexcept { return passed_; }
    void set_log(SinkState state) noexcept { log_->set_state(state); }
    void say();
    void kick();
    void set_limits(const ConnectionLimits& limits, const PeerLimits& rates);
    // The daemon restarts in place.
    void travel();
    void stop();
    // What the log holds is no longer stored; the daemon must have been told to stop.
    void give_up();

    // The client sends the rest, if it still can, and reads until its conversation is over.
    void finish(std::string_view rest);

    [[nodiscard]] const KeptLog& log() const noexcept { return *log_; }
    [[nodiscard]] const HeardReplies& heard() const noexcept { return heard_; }
    [[nodiscard]] const Counters& counters() const noexcept { return context_->counters; }
    [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }
    // Whether the client, or the daemon's stop, has cut the conversation short.
    [[nodiscard]] bool cut() const noexcept { return left_ || gave_up_ || stopped_; }

   private:
    static constexpr std::uint64_t NUMBER = 1;

    void on_log_progress() noexcept;
    void hear_acks(std::string_view bytes);
    void shut_down() noexcept;
    [[nodiscard]] Connection* connection() noexcept {
        return context_->connections.index().find(NUMBER);
    }

    test::ManualClock clock_;
    EventLoop loop_{clock_};
    EventLog event_log_;
    KeptLog* log_ = nullptr;
    std::unique_ptr<ConnectionContext> context_;
    HeardReplies heard_;
    ReplyMode replies_;
    UniqueFd client_;
    Duration passed_{};
    std::uint64_t sent_ = 0;
    std::uint64_t heard_bytes_ = 0;
    std::uint64_t acks_ = 0;  // of ReplyMode::ack
    bool half_closed_ = false;
    bool left_ = false;
    bool stopped_ = false;
    bool gave_up_ = false;
};

}  // namespace hark::fuzz
