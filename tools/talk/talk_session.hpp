// The conversation itself, whoever holds it: lines go out, the server's come in, what is not
// acknowledged yet is kept and sent again on a new connection, and the end is one verdict.
//
// Any server is talked with. That one acknowledges is known from its first line that says so; of
// one that does not, the last lines alone are kept, so that memory stays bounded.
#pragma once

#include "common/loop/timer.hpp"
#include "common/protocol/reply.hpp"
#include "tools/peer/reconnect_delay.hpp"
#include "tools/peer/server_connection.hpp"
#include "tools/talk/talk_options.hpp"
#include "tools/talk/talk_text.hpp"
#include "tools/talk/talk_unacknowledged.hpp"

#include <string>
#include <string_view>

namespace hark {

// How it ended: the exit status, and what is to be said of it on standard error, UTF-8, if
// anything.
struct TalkEnd {
    int status = 0;
    std::string complaint;
};

// Who shows the conversation. Calls come from the loop; none may destroy the session.
class TalkFront {
   public:
    TalkFront() noexcept = default;
    TalkFront(const TalkFront&) = delete;
    TalkFront& operator=(const TalkFront&) = delete;
    virtual ~TalkFront() = default;

    // From the server, as it came.
    virtual void on_server_line(const LinePiece& piece) noexcept = 0;
    // From ourselves, while it goes on.
    virtual void on_notice(const std::string& text) noexcept = 0;
    // It is over, and the verdict stands in TalkEnd; the last call.
    virtual void on_end() noexcept = 0;
    // can_send() is true again.
    virtual void on_can_send() noexcept = 0;
};

class TalkSession final : private ServerListener {
   public:
    // Whether a person waits. One who leaves is not kept waiting by a server that does not answer;
    // a pipe is for all that was sent to be acknowledged.
    enum class Patience : bool { person, pipe };

    // All must outlive the session.
    TalkSession(EventLoop& loop, TalkFront& front, const TalkOptions& options, Patience patience,
                TalkEnd& end);

    // Begins to connect. Throws SystemError.
    void start();

    // Whether more lines are wanted now. A pipe can wait for the connection; a person types.
    [[nodiscard]] bool can_send() const noexcept;
    // Sends a line, without its end, now or as soon as there is a connection; an empty one, which
    // the daemon only answers, now or never.
    void send(std::string_view line);

    // Says bye, once all is sent, and ends after the server's answer, or a bounded time without.
    void leave() noexcept;
    // Ends at once: by a signal, which needs no words when nothing is left behind, or for a reason.
    void interrupt(int signal) noexcept;
    void abandon(int status, const std::string& complaint) noexcept;

    // A new connection now, whatever the state of the old one.
    void reconnect() noexcept;

    // Whether the server is listened to.
    void set_reading(bool reading) noexcept;

    [[nodiscard]] bool leaving() const noexcept { return leaving_; }
    [[nodiscard]] bool over() const noexcept { return over_; }
    // For a person, on one line.
    [[nodiscard]] std::string state() const;

   private:
    void on_connected(const SocketAddress& server) noexcept override;
    void on_line(const LinePiece& piece) noexcept override;
    void on_room() noexcept override;
    void on_disconnected(Disconnect reason, const std::string& why) noexcept override;

    void open() noexcept;
    void transmit(std::string_view line);
    void take_reply(const reply::Reply& reply);
    void say_bye() noexcept;
    void on_silence() noexcept;
    void arm_silence() noexcept;
    void finish(int status, const std::string& complaint) noexcept;
    // Whether what is not acknowledged counts against the server.
    [[nodiscard]] bool owed() const noexcept;
    [[nodiscard]] std::string reason_text(Disconnect reason, const std::string& why) const;
    [[nodiscard]] std::string with_unacknowledged(const std::string& complaint);

    TalkFront& front_;
    const TalkOptions& options_;
    TalkEnd& end_;
    ServerConnection connection_;
    Timer reconnect_timer_;
    Timer silence_timer_;
    UnacknowledgedLines lines_;
    TalkText text_;
    std::string server_;  // its address, while connected
    Patience patience_;
    ReconnectDelay delay_{{.shortest = std::chrono::milliseconds{500},
                           .longest = std::chrono::seconds{30},
                           .good = std::chrono::seconds{10}}};
    TimePoint connected_at_{};
    EventLoop& loop_;
    bool reading_ = true;
    bool blocked_ = true;        // nothing could be sent: it is said when it can
    bool in_line_ = false;       // what came last had no end
    bool acknowledges_ = false;  // the server is one that answers each line
    bool leaving_ = false;
    bool said_bye_ = false;   // on this connection
    bool first_line_ = true;  // of this connection is still to be sent
    bool connection_was_lost_ = false;
    bool over_ = false;
    std::string refusal_;  // the reason of a 421 or 451, fit to be shown
};

}  // namespace hark
