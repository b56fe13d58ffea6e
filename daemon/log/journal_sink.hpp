// The systemd journal, in journald's native protocol: a datagram an entry, many datagrams a call,
// on a socket that never blocks. What is too large for a datagram goes as a sealed file.
//
// A record is stored when the kernel has taken its datagram: it waits in journald's queue, which
// outlives a restart of journald, since the service manager holds the socket. A queue that is full
// blocks the sink until journald reads again; a journald that is not there makes it refuse, and it
// is looked for anew at each try.
//
// libsystemd's sd_journal_sendv(3) would not do: it waits for a full queue, and reports success
// when there is no journald.
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

    // A queue that takes so many datagrams in one call is deep: journald is busy with it for more
    // than the millisecond that it is then left alone when it is full.
    static constexpr std::size_t DEEP = 192;

    // `socket`: the path of journald's; that nobody is there is no error, but a pause.
    JournalSink(EventLoop& loop, Callback<void()> on_ready, std::string_view run,
                std::string_view socket = SOCKET, std::size_t deep = DEEP);

    void append(const Record& record) noexcept override;
    [[nodiscard]] SinkState commit() noexcept override;
    [[nodiscard]] Backlog backlog() const noexcept override {
        return {.held = entries_.bytes(), .unwritten = entries_.bytes()};
    }
    [[nodiscard]] std::optional<std::string> finish() override;

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
    bool queue_is_deep_ = false;  // on this socket
};

}  // namespace hark
