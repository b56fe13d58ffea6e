// The conversation itself, with any front end: sends lines, receives the server's, keeps
// unacknowledged lines and resends them on a new connection, and ends with a single verdict.
//
// It works with any server. A server is known to acknowledge once a reply says so, or once it does
// so with bytes (byte_replies.hpp); for one that does not, only the last lines are kept, so that
// memory stays bounded. `bye` is said only to a server that has sent lines: others might record it.
#pragma once

#include "common/loop/timer.hpp"
#include "common/protocol/reply.hpp"
#include "tools/peer/reconnect_delay.hpp"
#include "tools/peer/server_connection.hpp"
#include "tools/talk/talk_line_order.hpp"
#include "tools/talk/talk_options.hpp"
#include "tools/talk/talk_text.hpp"
#include "tools/talk/talk_unacknowledged.hpp"

#include <string>
#include <string_view>

namespace hark {

// The result: the exit status, and a message for standard error, UTF-8, or nothing.
struct TalkEnd {
    int status = 0;
    std::string complaint;
};

// Displays the conversation. Calls come from the loop; none may destroy the session.
class TalkFront {
   public:
    TalkFront() noexcept = default;
    TalkFront(const TalkFront&) = delete;
    TalkFront& operator=(const TalkFront&) = delete;
    virtual ~TalkFront() = default;

    // A line from the server, as received.
    virtual void on_server_line(const LinePiece& piece) noexcept = 0;
    // A message of our own while the conversation continues.
    virtual void on_notice(const std::string& text) noexcept = 0;
    // The conversation is over and TalkEnd is filled in; the last call.
    virtual void on_end() noexcept = 0;
    // can_send() is true again.
    virtual void on_can_send() noexcept = 0;
};

class TalkSession final : private ServerListener {
   public:
    // Who is waiting. A person who leaves is not kept waiting by a server that does not answer;
    // with a pipe, everything sent must be acknowledged.
    enum class Patience : bool { person, pipe };

    // All must outlive the session.
    TalkSession(EventLoop& loop, TalkFront& front, const TalkOptions& options, Patience patience,
                TalkEnd& end);

    // Starts to connect. Throws SystemError.
    void start();

    // Whether to send more lines now. A pipe can wait for the connection; a person can type without
    // one.
    [[nodiscard]] bool can_send() const noexcept;
    // Sends a line, without its terminator, now or as soon as there is a connection. An empty line,
    // which the daemon answers but does not record, is sent now or never.
    void send(std::string_view line);

    // Ends the conversation once everything is sent and the server has answered, or after a bounded
    // time.
    void leave() noexcept;
    // Ends at once: because of a signal, which is reported only if lines stay unacknowledged, or
    // for the given reason.
    void interrupt(int signal) noexcept;
    void abandon(int status, const std::string& complaint) noexcept;

    // Opens a new connection, whatever the state of the old one.
    void reconnect() noexcept;

    // Whether to read from the server.
    void set_reading(bool reading) noexcept;

    [[nodiscard]] bool leaving() const noexcept { return leaving_; }
    [[nodiscard]] bool over() const noexcept { return over_; }
    // For people, on one line.
    [[nodiscard]] std::string state() const;

   private:
    void on_connected(const SocketAddress& server) noexcept override;
    void on_bytes(std::string_view bytes) noexcept override;
    void on_line(const LinePiece& piece) noexcept override;
    void on_room() noexcept override;
    void on_disconnected(Disconnect reason, const std::string& why) noexcept override;

    void open() noexcept;
    void transmit(std::string_view line);
    void take_reply(const reply::Reply& reply);
    void take_byte(char byte);
    // Ends our side of the conversation, once it is clear how.
    void part() noexcept;
    void on_silence() noexcept;
    void on_unheard() noexcept;
    void arm_silence() noexcept;
    void finish(int status, const std::string& complaint) noexcept;
    // Whether any unacknowledged lines should have been acknowledged, or never reached the server.
    [[nodiscard]] bool has_unacknowledged() const noexcept;
    [[nodiscard]] std::string reason_text(Disconnect reason, const std::string& why) const;
    [[nodiscard]] std::string with_unacknowledged(const std::string& complaint);

    TalkFront& front_;
    const TalkOptions& options_;
    TalkEnd& end_;
    ServerConnection connection_;
    Timer reconnect_timer_;
    Timer silence_timer_;
    Timer unheard_timer_;
    UnacknowledgedLines lines_;
    LineOrder order_;  // of the lines on this connection, unless replies have numbers
    TalkText text_;
    std::string server_;  // address, while connected
    Patience patience_;
    ReconnectDelay delay_{{.shortest = std::chrono::milliseconds{500},
                           .longest = std::chrono::seconds{30},
                           .good = std::chrono::seconds{10}}};
    TimePoint connected_at_{};
    EventLoop& loop_;
    bool reading_ = true;
    bool blocked_ = true;        // can_send() was false: on_can_send() is due
    bool acknowledges_ = false;  // the server answers each line
    bool has_unsent_ = false;    // lines wait for a connection
    bool told_bytes_ = false;    // that the server acknowledges with bytes
    bool told_unheard_ = false;  // that it sends nothing
    bool connection_was_lost_ = false;
    bool leaving_ = false;
    bool over_ = false;
    // On the current connection:
    bool heard_ = false;       // the server has sent something
    bool in_bytes_ = false;    // it acknowledges with bytes
    bool in_numbers_ = false;  // it sends numbered replies
    bool in_line_ = false;     // the last piece had no terminator
    bool refused_ = false;     // with a NAK
    bool first_line_ = true;   // not sent yet
    bool parted_ = false;      // our side has ended
    std::string refusal_;      // reason of a 421 or 451, safe to show
};

}  // namespace hark
