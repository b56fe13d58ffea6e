// One peer: its socket, its 1024 bytes, its place in the conversation.
//
// A connection is open while messages may come from it. It is closing from its last message on:
// what it is owed and its last words are still to leave, and what it sends is counted and thrown
// away. When all has left, our side of the stream is shut and the connection drains until the peer
// has closed its side, for a bounded time: a close with unread input would send a reset, which can
// destroy the last words on their way. Then it is retired, and its ConnectionSet takes it away.
//
// The sources are named for what happens: connection.cpp (life and time), connection_reading.cpp
// (from the socket to bytes), connection_input.cpp (from bytes to records), connection_output.cpp
// (from answers to bytes), connection_operator.cpp (what an operator sees and does).
#pragma once

#include "common/framing/framer.hpp"
#include "common/framing/protocol_sniffer.hpp"
#include "common/framing/telnet_filter.hpp"
#include "common/loop/fd_watch.hpp"
#include "common/loop/intrusive_list.hpp"
#include "common/loop/timer.hpp"
#include "common/net/address.hpp"
#include "common/sys/status.hpp"
#include "common/sys/unique_fd.hpp"
#include "common/text/charset.hpp"
#include "daemon/connection/byte_stream.hpp"
#include "daemon/connection/outbox.hpp"
#include "daemon/connection/reply_queue.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace hark {

struct ConnectionContext;

// Why a connection ended.
enum class Reason : std::uint8_t {
    bye,
    eof,
    reset,
    idle,
    timeout,
    kicked,
    probe,
    shutdown,
    error,
};
// "bye", "eof", ...
[[nodiscard]] std::string_view name(Reason reason) noexcept;

class Connection : private ListLink {
   public:
    struct Modes {
        Framing framing = Framing::automatic;
        CharsetMode charset = CharsetMode::automatic;
    };

    // Takes over `socket`, which must not block. `number` names it in records.
    Connection(ConnectionContext& context, UniqueFd socket, const SocketAddress& peer,
               std::uint64_t number, Modes modes) noexcept;
    ~Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Records `connected`, sends `greeting` (whole lines, or nothing) and begins to listen.
    // `listener`: the address it came in at, where there are several.
    void open(std::string_view greeting, std::string_view listener) noexcept;

    // The limits are others.
    void on_new_limits() noexcept;
    // The daemon reads again.
    void unpark() noexcept;

    // The daemon stops: one more read, and the end. With `reads` false the read is left out, since
    // the log would not take what it brings.
    void shut_down(bool reads) noexcept;
    // Whether shut_down() is still to come.
    [[nodiscard]] bool is_open() const noexcept { return receives(); }
    // The time is over: retires it whatever is still to be said.
    void abandon() noexcept;

    // How it is doing, for people.
    struct Figures {
        std::uint64_t number;
        std::string peer;
        std::string local;  // the address that it came to
        Duration age;
        Duration idle;  // since its last byte
        std::uint64_t messages;
        std::uint64_t bytes;
        std::string_view charset;  // empty: nothing is known yet
        Framing framing;
        bool reading;  // takes what it is sent
        std::uint64_t unread_replies;
    };
    [[nodiscard]] Figures figures() const;
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
    [[nodiscard]] const SocketAddress& peer() const noexcept { return peer_; }

    // Sends `text`, valid UTF-8, as an operator's line, in the peer's charset: in front of the next
    // answer where one is due, or at once.
    Status say(std::string_view text);
    // Ends the conversation, when all that has arrived by now is read, and with all answers;
    // `reason`, valid UTF-8, is what the peer is told and may be empty.
    Status kick(std::string_view reason);

    // For ReplyQueue.
    void add_pending_reply() noexcept { ++pending_replies_; }
    [[nodiscard]] bool has_pending_replies() const noexcept { return pending_replies_ > 0; }
    // `batch`: answers that may leave now, `finished` of them for the last time. With `refusal`
    // the messages in it are not stored, for that reason.
    void deliver(std::span<const PendingReply> batch, unsigned finished,
                 const std::string_view* refusal) noexcept;

   private:
    friend class IntrusiveList<Connection>;

    enum class State : std::uint8_t {
        opening,   // before open(): nothing is said, and nothing is a message
        open,      // messages may come
        kicked,    // messages may come that had arrived when it was kicked: go_on_kicking()
        closing,   // pending replies and the last words are still to leave
        draining,  // our side is shut, and the peer's is awaited
        retired,   // over
    };
    enum class ReadOutcome : std::uint8_t { done, log_paused };
    enum class Input : std::uint8_t { maybe_more, none_now };
    // Of a connection's first bytes: text, or bytes that are no messages, or not yet.
    enum class Sniffed : std::uint8_t { text, withheld };

    // What may have to be done without a word from the peer, and when: on the reading clock.
    enum class Due : std::uint8_t { nothing, held_bytes, quiet, partial, idle };
    struct Deadline {
        Due due = Due::nothing;
        TimePoint at = TimePoint::max();
    };

    // Life and time.
    [[nodiscard]] Deadline next_deadline() const noexcept;
    void on_ready(std::uint32_t events) noexcept;
    void on_timer() noexcept;
    void update_interest() noexcept;
    void arm_timer() noexcept;
    void park() noexcept;
    void begin_close(Reason reason) noexcept;
    // Whether what comes from the peer may be messages.
    [[nodiscard]] bool receives() const noexcept {
        return state_ == State::open || state_ == State::kicked;
    }
    void go_on_kicking() noexcept;
    void linger() noexcept;
    void retire() noexcept;

    // Input.
    // Up to so many times, unless the log would not take what it brings.
    [[nodiscard]] ReadOutcome read(int reads) noexcept;
    [[nodiscard]] Input read_once() noexcept;
    void take(std::span<char> data) noexcept;
    // A read brought so many messages.
    void weigh(std::uint64_t messages_read) noexcept;
    [[nodiscard]] std::size_t read_size() const noexcept;
    // Looks at the first bytes of the connection, puts those before `data` that were held back, and
    // takes it where it is withheld.
    [[nodiscard]] Sniffed sniff(std::span<char>& data) noexcept;
    void feed(std::string_view data) noexcept;
    void end_of_input(End end, Reason reason) noexcept;
    void flush(End end) noexcept;
    // The bytes that wait for a verdict of the sniffer are text.
    void release_held_bytes() noexcept;
    [[nodiscard]] FrameVerdict handle(const Frame& frame) noexcept;
    void record(const Frame& frame, std::string_view text) noexcept;
    void reject(std::string_view first_bytes, Protocol protocol) noexcept;
    void discard(std::size_t bytes) noexcept;

    // Output.
    [[nodiscard]] Outbox& outbox();
    // An answer that may leave when all that is recorded by now is stored.
    void enqueue_reply(PendingReply::Kind kind);
    void send(std::string_view text) noexcept;
    void flush_outbox() noexcept;
    [[nodiscard]] std::size_t write(std::string_view text) noexcept;
    void keep_unsent(std::span<const PendingReply> batch, const std::string_view* refusal,
                     std::size_t replies_at, std::size_t sent);
    void merge_reply(const PendingReply& reply, const std::string_view* refusal);
    void append_reply(std::string& into, const PendingReply& reply,
                      const std::string_view* refusal);
    void append_farewell(std::string& into);
    [[nodiscard]] Charset charset() const noexcept;
    // An operator's words as a line in the peer's charset.
    Status append_words(std::string& into, std::string_view code, std::string_view words);
    void after_output() noexcept;

    ConnectionContext& context_;
    ByteStream stream_;
    FdWatch watch_;
    Timer timer_;
    SocketAddress peer_;
    std::uint64_t number_;
    std::uint64_t messages_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t discarded_ = 0;
    TimePoint opened_;
    // On the reading clock: of the last byte, and of the pending message's first.
    TimePoint last_read_;
    WallTime last_read_wall_{};
    TimePoint message_begun_{};
    std::unique_ptr<Outbox> outbox_;     // only while there is something in it
    std::uint32_t pending_replies_ = 0;  // answers in the ReplyQueue
    std::uint32_t part_ = 0;             // of the pending message, as recorded so far
    CharsetMode charset_mode_;
    Proof proof_ = Proof::none;
    State state_ = State::opening;
    Reason reason_ = Reason::eof;
    Protocol probed_ = Protocol::http;
    // How often the size of a read is quartered: what one read makes the log write stays bounded,
    // also of a peer whose messages are tiny.
    std::uint8_t weight_ : 2 = 0;
    bool parked_ : 1 = false;
    bool input_ended_ : 1 = false;  // the peer has closed its side, or is gone
    bool output_dead_ : 1 = false;  // nothing more can be sent
    bool said_farewell_ : 1 = false;
    bool undecided_ : 1 = true;       // nothing has been read as a message yet
    bool some_as_bytes_ : 1 = false;  // of the pending message's parts
    TelnetFilter telnet_;
    std::uint8_t held_size_ = 0;  // bytes in held_bytes_, which wait for a verdict
    std::array<char, MAX_UNDECIDED> held_bytes_;
    Framer framer_;
};

}  // namespace hark
