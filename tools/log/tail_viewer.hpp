// Runs `hark tail`: one call whose replies are an endless stream of records. If the daemon goes
// away, it is called again until it is back. Each connection is a new stream, so no record is shown
// twice; records stored in between are not shown, which is reported.
//
// A slow reader of standard output blocks nobody: replies stay with the daemon, which drops records
// and reports how many.
#pragma once

#include "common/io/output_stream.hpp"
#include "common/locale/locale_charset.hpp"
#include "common/loop/timer.hpp"
#include "common/record/console_lines.hpp"
#include "common/record/log_record.hpp"
#include "tools/cli/ending_signals.hpp"
#include "tools/control/control_connection.hpp"
#include "tools/log/tail_options.hpp"
#include "tools/peer/reconnect_delay.hpp"

#include <optional>
#include <string>

namespace hark {

class TailViewer final : private ControlListener {
   public:
    // Both must outlive it. Throws SystemError.
    TailViewer(EventLoop& loop, const TailOptions& options);

    // Returns the exit status.
    [[nodiscard]] int run();
    // Only starts: the loop stops once it is over.
    void start();
    [[nodiscard]] bool over() const noexcept { return finished_ && output_.empty(); }
    // Requires: over.
    [[nodiscard]] int status() const noexcept { return status_; }

   private:
    void on_connected() noexcept override;
    void on_reply(const varlink::Reply& reply) noexcept override;
    void on_control_failure(const ControlFailure& failure) noexcept override;
    void on_signal(int signal) noexcept;
    void on_output() noexcept;

    void follow() noexcept;
    // The connection has lasted, or delivered something.
    void on_settled() noexcept;
    [[nodiscard]] varlink::Call call() const;
    // False if it is not a valid record.
    [[nodiscard]] bool show_record(const varlink::Json& record);
    void show_dropped(std::uint64_t count);
    void finish(int status) noexcept;

    EventLoop& loop_;
    const TailOptions& options_;
    LocaleCharset charset_;
    ConsoleLines lines_;
    RecordView view_;
    LogRecord record_;
    EndingSignals signals_;
    OutputStream output_;
    ControlConnection connection_;
    Timer retry_;
    ReconnectDelay delay_{{.shortest = std::chrono::milliseconds{100},
                           .longest = std::chrono::seconds{5},
                           .good = std::chrono::seconds{5}}};
    Timer settled_;
    std::optional<TimePoint> connected_at_;  // of the current or last connection
    bool followed_ = false;                  // has been connected before
    bool reported_lost_ = false;             // the loss has been reported
    bool finished_ = false;
    int status_ = 0;
};

}  // namespace hark
