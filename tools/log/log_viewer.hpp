// Runs `hark log`: copies records from the source to standard output, as fast as that is read.
#pragma once

#include "common/io/output_stream.hpp"
#include "common/loop/deferred_task.hpp"
#include "common/loop/timer.hpp"
#include "tools/cli/ending_signals.hpp"
#include "tools/log/log_options.hpp"
#include "tools/log/log_summary.hpp"
#include "tools/log/log_walk.hpp"
#include "tools/log/record_writer.hpp"
#include "tools/records/log_filter.hpp"
#include "tools/records/log_source.hpp"

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
    // Only starts it: the loop stops once it is over.
    void start();
    [[nodiscard]] bool over() const noexcept { return finished_ && output_.empty(); }
    // Requires: over.
    [[nodiscard]] int status() const noexcept { return status_; }

   private:
    void on_signal(int signal) noexcept;
    void on_output() noexcept;
    void on_more() noexcept;
    void on_timeout() noexcept;

    void pump() noexcept;
    [[nodiscard]] LogSource::Step pump_some();
    [[nodiscard]] bool output_failed() noexcept;
    // Called after everything was shown.
    void end();
    void finish(int status) noexcept;
    void report_omissions();
    void report_damage();

    EventLoop& loop_;
    const LogOptions& options_;
    LogFilter filter_;
    RecordWriter writer_;
    OutputStream output_;
    std::optional<EndingSignals> signals_;  // while it runs
    DeferredTask pump_task_;
    Timer timeout_;
    std::unique_ptr<LogSource> source_;
    std::optional<LogWalk> walk_;
    std::optional<LogSummary> summary_;
    std::string text_;
    bool damaged_ = false;
    bool finished_ = false;
    std::uint64_t reported_malformed_ = 0;
    std::uint64_t reported_given_up_ = 0;
    int status_ = 0;
};

}  // namespace hark
