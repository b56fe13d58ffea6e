// Records from a file of JSON Lines. With a number of lines to show it is read from its end, so
// that what came before costs nothing.
//
// Following goes by the name, as `tail -F` does: a file that is truncated is read from its
// beginning; after a rename the old one is read as long as the new one is empty or not there, since
// harkd writes to it until it is told to reopen.
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
    // `filter` must outlive it; its options name the file. Throws std::runtime_error when there is
    // no such file, unless it is to be followed.
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
    // Takes the file of that name. Returns 0 or -errno.
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
    std::uint64_t found_ = 0;  // backward: of those that are asked for
    bool leaving_ = false;     // there is a new file: this one is read to its end
};

}  // namespace hark
