// Standard output, for people: a terminal, a pipe, a file, or the service manager's socket. A slow
// reader (a pager, a terminal stopped with Ctrl-S) never blocks the loop: writes do not block,
// without changing the shared open file description.
#pragma once

#include "common/loop/event_loop.hpp"
#include "common/record/console_lines.hpp"
#include "common/sys/unique_fd.hpp"
#include "daemon/log/pending_lines.hpp"
#include "daemon/log/sink.hpp"

#include <string>

namespace hark {

class ConsoleSink final : public Sink {
   public:
    static constexpr std::string_view SPEC = "console";

    // `fd`: standard output, or a substitute; not owned. Throws SystemError if it is not open.
    ConsoleSink(EventLoop& loop, Callback<void()> on_ready, int fd, ConsoleLines::Style style);

    [[nodiscard]] std::string_view spec() const noexcept override { return SPEC; }
    void append(const Record& record) noexcept override;
    [[nodiscard]] SinkState commit() noexcept override;
    [[nodiscard]] std::size_t held() const noexcept override { return unwritten(); }
    [[nodiscard]] std::size_t unwritten() const noexcept override {
        return lines_.unwritten().size();
    }

   private:
    enum class Way : std::uint8_t {
        write,    // never blocks: a file, or opened again as non-blocking
        send,     // a socket
        careful,  // may block: check for room before each write
    };

    [[nodiscard]] ssize_t put(std::string_view bytes) noexcept;
    void on_writable(std::uint32_t events) noexcept;

    ConsoleLines renderer_;
    PendingLines lines_;
    UniqueFd fd_;
    Way way_ = Way::write;
    FdWatch watch_;
    bool watched_ = false;
};

// The style for standard output: colour on a terminal (unless NO_COLOR is set or TERM is "dumb"),
// no time if the journal adds it to each line (JOURNAL_STREAM, systemd.exec(5)).
[[nodiscard]] ConsoleLines::Style console_style(int fd) noexcept;

}  // namespace hark
