// Reads records from a file of JSON Lines. If only the last lines are wanted, it reads backward
// from the end, so earlier content costs nothing.
//
// Follows the name, as `tail -F` does: a truncated file is read from its beginning; after a rename,
// the old file is read as long as the new one is empty or missing, since harkd keeps writing to it
// until it is told to reopen.
#pragma once

#include "common/loop/timer.hpp"
#include "common/sys/unique_fd.hpp"
#include "tools/log/file_lines.hpp"
#include "tools/log/log_filter.hpp"
#include "tools/log/log_source.hpp"

#include <string>

namespace hark {

class LogFileSource final : public LogSource {
   public:
    // `filter` must outlive it; its options name the file. Throws std::runtime_error if the file
    // does not exist, unless following.
    LogFileSource(EventLoop& loop, LogFilter& filter, Callback<void()> on_more);

    [[nodiscard]] Step next(LogRecord& into) override;
    void wait() noexcept override;

   private:
    enum class Phase : std::uint8_t { absent, backward, forward };

    [[nodiscard]] Step step_backward(LogRecord& scratch);
    [[nodiscard]] Step step_forward(LogRecord& into);
    [[nodiscard]] Step at_end(LogRecord& into);
    [[nodiscard]] Step take_last(LogRecord& into);
    [[nodiscard]] Step open_new();
    [[nodiscard]] bool is_wanted(const FileLine& line, LogRecord& into, bool count);
    // Opens the file by its name. Returns 0 or -errno.
    [[nodiscard]] int open();
    [[nodiscard]] std::string cannot_read(int error) const;

    LogFilter& filter_;
    const LogOptions& options_;
    Callback<void()> on_more_;
    Timer poll_;
    UniqueFd fd_;
    ForwardLines forward_;
    BackwardLines backward_;
    Phase phase_ = Phase::absent;
    std::uint64_t found_ = 0;  // backward: matching records so far
    bool leaving_ = false;     // a new file exists: read the old one to its end
};

}  // namespace hark
