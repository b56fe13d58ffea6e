// One peer: its byte stream, up to 1024 bytes of an unfinished message, its place in the
// conversation.
//
// A connection is open while messages may arrive on it. From its last message on it is closing:
// pending replies and the farewell still have to leave, and further input is counted and discarded.
// Then we shut down our side of the stream, and the connection drains until the peer closes its
// own, for a bounded time: closing with unread input would send a reset, which can destroy the
// farewell in flight. Then it is retired, and its ConnectionSet reaps it.
//
// Sources: connection.cpp (its life), connection_time.cpp (what falls due while the peer is
// silent), connection_reading.cpp (socket to bytes), connection_input.cpp (bytes to frames),
// connection_messages.cpp (frames to records), connection_replies.cpp (replies to bytes),
// connection_output.cpp (bytes to socket), connection_rates.cpp (limits, and waiting for tokens of
// a rate), connection_operator.cpp (what operators see and do), connection_state.cpp (what travels
// to the next process).
#pragma once

#include "common/framing/framer.hpp"
#include "common/framing/protocol_sniffer.hpp"
#include "common/framing/telnet_filter.hpp"
#include "common/loop/fd_watch.hpp"
#include "common/loop/intrusive_list.hpp"
#include "common/loop/timer.hpp"
#include "common/net/address.hpp"
#include "common/record/record.hpp"
#include "common/sys/status.hpp"
#include "common/sys/unique_fd.hpp"
#include "common/text/charset.hpp"
#include "daemon/config/listener_profile.hpp"
#include "daemon/connection/byte_stream.hpp"
#include "daemon/connection/outbox.hpp"
#include "daemon/connection/reply_queue.hpp"
#include "daemon/limits/address_table.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hark {

struct ConnectionContext;
struct ConnectionState;
struct HeldInput;

// Why a connection ended.
enum class Reason : std::uint8_t {
    bye,
    eof,
    reset,
    idle,
    timeout,
    kicked,
    probe,
    frame,    // it sent a bad frame
    restart,  // it cannot go on in the next process
    shutdown,
    error,
};
inline constexpr Reason LAST_REASON = Reason::error;
// "bye", "eof", ...
[[nodiscard]] std::string_view name(Reason reason) noexcept;

class Connection : private ListLink {
   public:
    enum class State : std::uint8_t {
        opening,   // before open(): nothing is sent, or taken as a message
        open,      // messages may arrive
        kicked,    // what had arrived before the kick is still being read: go_on_kicking()
        closing,   // pending replies and the farewell still have to leave
        draining,  // our side is shut down, and the peer has yet to close its own
        retired,   // over
    };

    // `number` names it in records; `profile` is one of the context's.
    Connection(ConnectionContext& context, ByteStream stream, const SocketAddress& peer,
               std::uint64_t number, const ListenerProfile& profile) noexcept;
    // Restores a connection from another process. Call resume() once it is in its set.
    Connection(ConnectionContext& context, ByteStream stream, const ConnectionState& state,
               const ListenerProfile& profile);
    ~Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Counts what it uses against its address. Call before open().
    void join(AddressShare share) noexcept { share_ = std::move(share); }
    // Records `connected`, sends `greeting` (whole lines, or nothing) and begins to listen.
    // `names_listener`: the record names the listener's address, since there are several.
    void open(std::string_view greeting, bool names_listener) noexcept;

    // The limits have changed.
    void on_new_limits() noexcept;
    // For WindowWatch. Ends the connection if its peer is gone: if it has answered no window probe
    // for `timeout`. Returns whether the peer still has something to acknowledge.
    [[nodiscard]] bool check_window(std::chrono::milliseconds timeout) noexcept;
    // The daemon reads again.
    void unpark() noexcept;
    // For SendRetry.
    void retry_output() noexcept;

    // The daemon stops, or restarts and cannot take it along: reads once more and closes. With
    // `reads` false, skips the read, since the log would not take what it brings.
    void shut_down(bool reads, Reason reason) noexcept;
    // Whether shut_down() is still to come.
    [[nodiscard]] bool is_open() const noexcept { return receives(); }
    // Out of time: retires the connection, whatever is still unsent.
    void abandon() noexcept;

    // Whether it can go on in another process, and its state for that. `profile`: the index of its
    // profile.
    [[nodiscard]] bool can_travel() const noexcept { return !stream_.is_tls(); }
    [[nodiscard]] ConnectionState state(std::uint32_t profile);
    [[nodiscard]] const ListenerProfile& profile() const noexcept { return profile_; }
    [[nodiscard]] bool is_over() const noexcept { return state_ == State::retired; }
    // In the other process: goes on.
    void resume() noexcept;
    static constexpr std::uint8_t MOST_WEIGHT = 2;

    // Its state, for operators.
    struct Figures {
        std::uint64_t number;
        std::string peer;
        std::string_view via;          // Identity; empty: none
        std::string_view certificate;  // the same
        std::string local;             // the address it connected to
        Duration age;
        Duration idle;  // since its last byte
        std::uint64_t messages;
        std::uint64_t bytes;
        std::string_view charset;  // empty: not known yet
        Framing framing;
        ReplyMode replies;
        bool reading;  // reads what it is sent
        bool limited;  // waits, since its address is over a rate
        std::uint64_t unread_replies;
    };
    [[nodiscard]] Figures figures();
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
    [[nodiscard]] const SocketAddress& peer() const noexcept { return peer_; }

    // Sends `text`, valid UTF-8, as an operator's line, in the peer's charset: ahead of the next
    // reply if one is pending, otherwise at once.
    Status say(std::string_view text);
    // Ends the conversation once everything that has arrived by now is read and replied to. The
    // peer is told `reason`, valid UTF-8, which may be empty.
    Status kick(std::string_view reason);

    // For ReplyQueue.
    void add_pending_reply() noexcept { ++pending_replies_; }
    [[nodiscard]] bool has_pending_replies() const noexcept { return pending_replies_ > 0; }
    // `batch`: replies that may leave now; `finished` of them are complete. With `refusal`, their
    // messages are not stored, for the reason it gives.
    void deliver(std::span<const PendingReply> batch, unsigned finished,
                 const RefusedRecords* refusal) noexcept;

   private:
    friend class IntrusiveList<Connection>;

    enum class ReadOutcome : std::uint8_t { done, log_paused, over_rate };
    enum class Input : std::uint8_t { maybe_more, none_now };
    enum class Pace : std::uint8_t { rate, at_once };
    // A connection's first bytes: text, or a probe, or too few to tell.
    enum class Sniffed : std::uint8_t { text, withheld };

    // What falls due if the peer stays silent, and when, on the input clock.
    enum class Due : std::uint8_t { nothing, lost, held_input, quiet, partial, idle };
    struct Deadline {
        Due due = Due::nothing;
        TimePoint at = TimePoint::max();
    };

    // Life and time.
    [[nodiscard]] Deadline next_deadline() noexcept;
    [[nodiscard]] bool silence_decides_held() noexcept;
    void on_ready(std::uint32_t events) noexcept;
    void on_timer() noexcept;
    void record_connected() noexcept;
    void record_closed() noexcept;
    void record_event(Event event, std::span<const Detail> details) noexcept;
    [[nodiscard]] bool is_proxy_itself() const noexcept {
        return stream_.identity() != nullptr && stream_.identity()->proxy_itself;
    }
    // Whether the listener's record_connections is `which`; never for a proxy itself.
    [[nodiscard]] bool is_recorded(RecordConnections which) const noexcept {
        return profile_.record_connections == which && !is_proxy_itself();
    }
    void update_interest() noexcept;
    void arm_timer() noexcept;
    void park() noexcept;
    void begin_close(Reason reason) noexcept;
    // Whether input may still be messages.
    [[nodiscard]] bool receives() const noexcept {
        return state_ == State::open || state_ == State::kicked;
    }
    void go_on_kicking() noexcept;
    // After a read: waits for tokens, or for the next thing that falls due.
    void go_on() noexcept;
    void linger() noexcept;
    void retire() noexcept;

    // Input.
    // Reads up to `reads` times, but only while the log takes records.
    [[nodiscard]] ReadOutcome read(int reads) noexcept;
    // Up to `most` bytes.
    [[nodiscard]] Input read_once(std::size_t most) noexcept;
    void take(std::span<char> data) noexcept;
    // Adapts the size of a read to how many messages the last one brought.
    void weigh(std::uint64_t messages_read) noexcept;
    [[nodiscard]] std::size_t read_size() const noexcept;
    // Decides on the connection's first bytes. If it withholds them, it has consumed `data`.
    // `begun`, here and below: when the first of `data` came, on the input clock.
    [[nodiscard]] Sniffed sniff(std::span<char>& data, TimePoint begun) noexcept;
    // Whether the connection begins with UTF-16's mark, which is then removed from `data`.
    [[nodiscard]] Sniffed sniff_mark(std::span<char>& data, TimePoint begun) noexcept;
    void read_utf16(CharsetMode mode) noexcept;
    // Removes telnet's negotiation from `data`, whose end may be held. Updates `begun`.
    void strip_telnet(std::span<char>& data, TimePoint& begun) noexcept;
    [[nodiscard]] bool speaks_telnet() noexcept;
    // `since`: when the first byte came, on the input clock.
    void hold(std::span<const char> data, TimePoint since) noexcept;
    // The held input. Requires holds_input_.
    [[nodiscard]] HeldInput& held() noexcept;
    [[nodiscard]] HeldInput take_held() noexcept;
    [[nodiscard]] Framer framer() noexcept { return {profile_.framing, framer_state_}; }
    // At `Pace::rate`, what is over a rate is kept for later.
    void feed(std::span<char> data, TimePoint begun, Pace pace = Pace::rate) noexcept;
    void end_of_input(End end, Reason reason) noexcept;
    void flush(End end) noexcept;
    // Feeds the held input, which turned out to be text.
    void release_held() noexcept;
    [[nodiscard]] FrameVerdict handle(const Frame& frame) noexcept;
    // The part of a whole message's bytes that is its text; nullopt if it is `bye`.
    [[nodiscard]] std::optional<std::string_view> unescape(std::string_view bytes) noexcept;
    void record(const Frame& frame, std::string_view text) noexcept;
    [[nodiscard]] bool is_answered(End end) const noexcept;
    void reject(std::string_view first_bytes, Protocol protocol) noexcept;
    void discard(std::size_t bytes) noexcept;

    // Rates.
    [[nodiscard]] bool rates_apply() const noexcept;
    [[nodiscard]] bool is_over_rate() const noexcept;
    void keep_unread(std::span<const char> rest) noexcept;
    void wait_for_tokens() noexcept;
    // `since`: on the input clock.
    void await_tokens(TimePoint since) noexcept;
    void on_tokens() noexcept;
    // Returns the bytes that were read but not yet consumed.
    [[nodiscard]] std::string stop_waiting() noexcept;
    void end_wait() noexcept;

    // Output.
    [[nodiscard]] Outbox& outbox();
    // The reply may leave once everything recorded by now is stored.
    void enqueue_reply(PendingReply::Kind kind);
    void send(std::string_view text) noexcept;
    void on_room() noexcept;
    void flush_outbox() noexcept;
    [[nodiscard]] std::size_t write(std::string_view text) noexcept;
    void lose_output(int error) noexcept;
    void keep_unsent(std::span<const PendingReply> batch, const RefusedRecords* refusal,
                     std::size_t replies_at, std::size_t sent);
    void after_output() noexcept;

    // Replies.
    void merge_reply(const PendingReply& reply, const RefusedRecords* refusal);
    void append_reply(std::string& into, const PendingReply& reply, const RefusedRecords* refusal);
    // ReplyMode::ack.
    void deliver_acks(std::span<const PendingReply> batch, const RefusedRecords* refusal);
    void append_farewell(std::string& into);
    [[nodiscard]] CharsetMode charset() const noexcept;
    // An operator's words as a line in the peer's charset.
    Status append_words(std::string& into, std::string_view code, std::string_view words);

    // Ordered so that there is no padding: this is what an idle peer costs.
    ConnectionContext& context_;
    [[no_unique_address]] ByteStream stream_;
    std::uint32_t part_ = 0;  // recorded parts of the pending message
    FdWatch watch_;
    [[no_unique_address]] Timer timer_;
    // How many times the size of a read is quartered, so that what one read makes the log write
    // stays bounded even if the peer's messages are tiny.
    std::uint8_t weight_ : 2 = 0;
    bool parked_ : 1 = false;
    bool input_ended_ : 1 = false;  // the peer has closed its side, or is gone
    bool output_dead_ : 1 = false;  // nothing more can be sent; reason_ says why, while it is open
    bool unreachable_ : 1 = false;  // and that is because the peer is gone
    bool said_farewell_ : 1 = false;
    bool undecided_ : 1;             // nothing has been read as a message yet
    bool recorded_ : 1 = false;      // as connected
    bool telnet_shown_ : 1 = false;  // TelnetFilter
    bool names_listener_ : 1 = false;
    bool some_as_bytes_ : 1 = false;  // some parts of the pending message were
    bool unconfirmed_ : 1 = false;    // something was sent since WindowWatch last looked
    bool waiting_ : 1 = false;        // over a rate: ConnectionContext::rate_waits
    bool window_closed_ : 1 = false;  // when WindowWatch last looked
    bool starved_ : 1 = false;        // the kernel had no memory for output: SendRetry

    std::uint32_t pending_replies_ = 0;  // replies in the ReplyQueue
    SocketAddress peer_;
    std::uint64_t number_;
    std::uint64_t messages_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t discarded_ = 0;
    TimePoint opened_;
    // On the input clock: of the last byte, and of the pending message's first.
    TimePoint last_read_;
    WallTime last_read_wall_{};
    TimePoint message_begun_{};
    const ListenerProfile& profile_;
    std::unique_ptr<Outbox> outbox_;  // only while there is something in it
    AddressShare share_;              // empty: no limits by address
    CharsetMode charset_mode_;
    Proof proof_ = Proof::none;
    State state_ = State::opening;
    Reason reason_ : 4 = Reason::eof;
    Protocol probed_ : 2 = Protocol::http;
    bool holds_input_ : 1 = false;  // ConnectionContext::held_inputs
    FramerState framer_state_;
};

}  // namespace hark
