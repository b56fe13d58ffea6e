// `hark tail` at work: a call that is answered by records without end. When the daemon goes it is
// called again, until it is back. Records come from one connection at a time and begin anew with
// each, so that none is shown twice; what is recorded in between is not shown, and that is said.
//
// Whoever reads standard output slowly makes nobody wait: replies are left with the daemon, which
// drops records and says how many.
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

   private:
    void on_connected() noexcept override;
    void on_reply(const varlink::Reply& reply) noexcept override;
    void on_control_failure(const ControlFailure& failure) noexcept override;
    void on_signal(int signal) noexcept;
    void on_output() noexcept;

    void follow() noexcept;
    // The connection has held, or brought something.
    void on_settled() noexcept;
    [[nodiscard]] varlink::Call call() const;
    // False when it is no record.
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
    std::optional<TimePoint> connected_at_;  // now, or until lately
    bool followed_ = false;                  // it was connected once
    bool told_lost_ = false;                 // and is not now, which was said
    bool finished_ = false;
    int status_ = 0;
};

}  // namespace hark
