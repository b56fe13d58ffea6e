// The systemd journal, through journald's native protocol: one datagram per entry, many datagrams
// per call, on a socket that never blocks. An entry too large for a datagram is sent as a sealed
// file.
//
// A record is stored when the kernel has taken its datagram: it is then in journald's queue, which
// survives a restart of journald, since the service manager holds the socket. A full queue blocks
// the sink until journald reads again; if journald is not running, the sink refuses records, and
// every retry connects anew.
//
// libsystemd's sd_journal_sendv(3) is unsuitable: it blocks while the queue is full, and reports
// success if journald is not running.
#pragma once

#include "common/loop/event_loop.hpp"
#include "common/loop/fd_watch.hpp"
#include "common/loop/timer.hpp"
#include "common/record/journal_entries.hpp"
#include "common/sys/unique_fd.hpp"
#include "daemon/log/pending_entries.hpp"
#include "daemon/log/sink.hpp"

#include <string>

namespace hark {

class JournalSink final : public Sink {
   public:
    static constexpr std::string_view SOCKET = "/run/systemd/journal/socket";

    // A queue that takes this many datagrams in one call is deep: journald needs more than the
    // millisecond of backoff to work through it.
    static constexpr std::size_t DEEP = 192;

    // `socket`: path of journald's socket; if nothing listens there, that is a pause, not an error.
    JournalSink(EventLoop& loop, Callback<void()> on_ready, std::string_view run,
                std::string_view socket = SOCKET, std::size_t deep = DEEP);

    void append(const Record& record) noexcept override;
    [[nodiscard]] SinkState commit() noexcept override;
    [[nodiscard]] Backlog backlog() const noexcept override {
        return {.held = entries_.bytes(), .unwritten = entries_.bytes()};
    }
    [[nodiscard]] std::optional<std::string> finish() override;
    void hand_over(SinkHandover& into) const override;
    void take_over(const SinkHandover& from) override;

   private:
    [[nodiscard]] int connect() noexcept;
    void disconnect() noexcept;
    [[nodiscard]] int send_some() noexcept;
    [[nodiscard]] int send_datagrams() noexcept;
    [[nodiscard]] int send_as_file() noexcept;
    void await_room() noexcept;
    void on_ready(std::uint32_t events) noexcept;
    void on_backoff_over() noexcept { say_ready(); }

    JournalEntries renderer_;
    PendingEntries entries_;
    std::string path_;
    UniqueFd socket_;
    FdWatch watch_;
    Timer backoff_timer_;
    std::size_t deep_;
    bool queue_is_deep_ = false;  // of the current socket
};

}  // namespace hark
