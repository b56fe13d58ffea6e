// When the next message may be sent, and which messages an answer is about.
//
// Where terminators end messages, any number of them may be on their way at once. Where framing is
// chunk, what one read brings is a message, so each must wait for the answer to the one before it.
// No listener says which it is, but it can be found out, without counting on time: an empty line is
// sent behind a message, in the same write. Where terminators count, that line has an answer of its
// own, which comes before the answer to the next message; a chunk swallows it. Until this is known,
// and with a listener that answers in bytes without numbers, there is one message at a time.
//
// The daemon numbers a connection's messages from 1, as we do; but it counts one more where a chunk
// was split on its way, and one fewer where it takes a message for an empty line.
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
        lines,   // goes by terminators
        chunks,  // goes by reads
        bytes,   // answers in bytes (byte_replies.hpp)
    };
    // No messages.
    static constexpr NumberRange NONE{1, 0};

    [[nodiscard]] Listener listener() const noexcept { return listener_; }
    [[nodiscard]] bool may_send() const noexcept {
        return listener_ == Listener::lines || !(waits_ || prelude_);
    }
    // Whether an empty line should follow `message`, which is sent next, if another one comes
    // after.
    [[nodiscard]] bool asks(std::string_view message) const noexcept;

    // A message was sent, `asking` with an empty line behind it.
    void sent(bool asking) noexcept;
    // An empty line was sent by itself; no message until it is answered.
    void sent_prelude() noexcept { prelude_ = true; }
    [[nodiscard]] bool waits_for_prelude() const noexcept { return prelude_; }

    // An answer with numbers: which of our messages it is about. Some may never have been sent.
    [[nodiscard]] NumberRange numbered(const reply::Answered& answer) noexcept;
    // An answer to an empty line: the message that was taken for one; NONE if the line was ours.
    [[nodiscard]] NumberRange unnumbered() noexcept;
    // From now on, answers are bytes.
    void begin_bytes() noexcept { listener_ = Listener::bytes; }
    // Such a byte, good or bad: which message it is about.
    [[nodiscard]] NumberRange byte() noexcept;

    // How many messages the daemon says that it has received.
    void note_total(std::uint64_t total) noexcept;
    // How many more it has received than were sent: their chunks were split on the way.
    [[nodiscard]] std::uint64_t split() const noexcept { return split_; }

   private:
    // What is known from the empty line behind a message.
    enum class Question : std::uint8_t {
        none,
        asked,
        open,  // the message is answered: whose answer comes next?
    };
    // A count beyond that is nonsense.
    static constexpr std::uint64_t MOST_SPLIT = 1U << 30U;

    [[nodiscard]] std::uint64_t ours(std::uint64_t number) const noexcept;
    void note_split(std::uint64_t count) noexcept;
    // The answer to the only message on its way.
    void settle() noexcept;

    Listener listener_ = Listener::unknown;
    Question question_ = Question::none;
    bool waits_ = false;    // the last message is unanswered; where there is one at a time
    bool prelude_ = false;  // an empty line sent by itself is unanswered
    std::uint64_t sent_ = 0;
    std::uint64_t answered_ = 0;  // the last message that was
    std::uint64_t split_ = 0;     // messages the daemon counts more
    std::uint64_t blank_ = 0;     // messages it took for empty lines
};

}  // namespace hark
