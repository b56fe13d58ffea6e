// Decides when the next message may be sent, and which messages a reply is about.
//
// If the listener frames by terminators, any number of messages may be in flight. With framing
// chunk, each read is a message, so each message must wait for the reply to the previous one. No
// listener says which it is, but this can be found out without timing: send an empty line after a
// message, in the same write. Where terminators count, the empty line gets a reply of its own,
// before the reply to the next message; in a chunk, it is trimmed. Until this is known, and with a
// listener that acknowledges with bytes, only one message is in flight.
//
// The daemon numbers a connection's messages from 1, as we do; but it counts one more for each
// additional read that a chunk takes, and one less for each message it takes for an empty line.
#pragma once

#include "common/protocol/reply.hpp"
#include "tools/peer/acknowledgements.hpp"

#include <cstdint>
#include <string_view>

namespace hark {

class Pacing {
   public:
    enum class Listener : std::uint8_t {
        unknown,
        lines,   // messages end at terminators
        chunks,  // each read is a message
        bytes,   // acknowledges with bytes (byte_replies.hpp)
    };
    // No messages.
    static constexpr NumberRange NONE{1, 0};

    [[nodiscard]] Listener listener() const noexcept { return listener_; }
    [[nodiscard]] bool may_send() const noexcept {
        return listener_ == Listener::lines || !(waits_ || prelude_);
    }
    // Whether to send an empty line after `message`, the next one, provided that another message is
    // at hand.
    [[nodiscard]] bool asks(std::string_view message) const noexcept;

    // A message was sent; `asking`: with an empty line after it.
    void sent(bool asking) noexcept;
    // An empty line was sent by itself. No message may follow until it is answered.
    void sent_prelude() noexcept { prelude_ = true; }
    [[nodiscard]] bool waits_for_prelude() const noexcept { return prelude_; }

    // A reply with numbers. Returns which of our messages it is about, perhaps including some that
    // were never sent.
    [[nodiscard]] NumberRange numbered(const reply::Answered& reply) noexcept;
    // A reply to an empty line. Returns the message that was taken for one; NONE if the line was
    // ours.
    [[nodiscard]] NumberRange unnumbered() noexcept;
    // The listener acknowledges with bytes.
    void begin_bytes() noexcept { listener_ = Listener::bytes; }
    // One of these, ACK or NAK. Returns the message it is about.
    [[nodiscard]] NumberRange byte() noexcept;

    // The daemon says how many messages it has received.
    void note_total(std::uint64_t total) noexcept;
    // How many more it has received than were sent, because some took several reads.
    [[nodiscard]] std::uint64_t split() const noexcept { return split_; }

   private:
    // The empty line after a message.
    enum class Question : std::uint8_t {
        none,
        asked,
        open,  // the message has been answered; the next reply decides
    };
    // Higher counts are nonsense.
    static constexpr std::uint64_t MOST_SPLIT = 1U << 30U;

    [[nodiscard]] std::uint64_t ours(std::uint64_t number) const noexcept;
    void note_split(std::uint64_t count) noexcept;
    // The only message in flight has been answered.
    void settle() noexcept;

    Listener listener_ = Listener::unknown;
    Question question_ = Question::none;
    bool waits_ = false;    // one at a time: the last message is unanswered
    bool prelude_ = false;  // an empty line sent by itself is unanswered
    std::uint64_t sent_ = 0;
    std::uint64_t answered_ = 0;  // the last message answered
    std::uint64_t split_ = 0;     // messages that the daemon counts in addition
    std::uint64_t blank_ = 0;     // messages that it took for empty lines
};

}  // namespace hark
