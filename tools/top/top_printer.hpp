// `hark top --json`: prints a line per second.
#pragma once

#include "common/io/output_stream.hpp"
#include "tools/cli/ending_signals.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/top/top.hpp"
#include "tools/top/top_model.hpp"

namespace hark {

class TopPrinter final : private TopListener {
   public:
    // Both must outlive it. Throws SystemError.
    TopPrinter(EventLoop& loop, const TopOptions& options);

    // Returns the exit status.
    [[nodiscard]] int run();
    // Only starts: the loop stops once it is over.
    void start();
    [[nodiscard]] bool over() const noexcept { return finished_; }
    // Requires: over.
    [[nodiscard]] int status() const noexcept { return status_; }

   private:
    void on_sample(TopSample& sample) noexcept override;
    void on_lost(const ControlFailure& failure) noexcept override;
    void on_signal(int signal) noexcept { finish(EXIT_KILLED_BY + signal); }
    void on_output() noexcept;
    void finish(int status) noexcept;

    EventLoop& loop_;
    TopModel model_;
    EndingSignals signals_;
    OutputStream output_;
    TopPoller poller_;
    bool reported_lost_ = false;
    bool finished_ = false;
    int status_ = 0;
};

}  // namespace hark
