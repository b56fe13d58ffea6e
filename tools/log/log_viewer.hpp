// Runs `hark log`: copies records from the source to standard output, as fast as that is read.
#pragma once

#include "common/io/output_stream.hpp"
#include "common/locale/locale_charset.hpp"
#include "common/loop/deferred_task.hpp"
#include "common/record/console_lines.hpp"
#include "tools/cli/ending_signals.hpp"
#include "tools/log/log_filter.hpp"
#include "tools/log/log_source.hpp"

#include <memory>
#include <optional>
#include <string>

namespace hark {

class LogViewer {
   public:
    // Both must outlive it. Throws UsageError and std::runtime_error.
    LogViewer(EventLoop& loop, const LogOptions& options);

    // Returns the exit status.
    [[nodiscard]] int run();
    // Only starts: the loop stops once it is over.
    void start();
    [[nodiscard]] bool over() const noexcept { return finished_ && output_.empty(); }
    // Requires: over.
    [[nodiscard]] int status() const noexcept { return status_; }

   private:
    void on_signal(int signal) noexcept;
    void on_output() noexcept;
    void on_more() noexcept;

    void pump() noexcept;
    [[nodiscard]] LogSource::Step pump_some();
    void show(const LogRecord& record);
    [[nodiscard]] bool output_failed() noexcept;
    void finish(int status) noexcept;
    void report_omissions();

    EventLoop& loop_;
    const LogOptions& options_;
    LogFilter filter_;
    LocaleCharset charset_;
    ConsoleLines lines_;
    RecordView view_;
    OutputStream output_;
    std::optional<EndingSignals> signals_;  // while it runs
    DeferredTask pump_task_;
    std::unique_ptr<LogSource> source_;
    LogRecord record_;
    std::string text_;
    bool shown_any_ = false;
    bool finished_ = false;
    std::uint64_t reported_malformed_ = 0;
    std::uint64_t reported_given_up_ = 0;
    int status_ = 0;
};

}  // namespace hark
