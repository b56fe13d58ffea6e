// Reads records from JSON Lines: a file and those rotated away from it, several files, or standard
// input; compressed or not. Reads little outside the wanted times.
//
// Follows the name, as `tail -F` does: a truncated file is read from its beginning; after a rename,
// the old file is read as long as the new one is empty or missing, since harkd keeps writing to the
// old one until told to reopen. Files rotated away meanwhile are read in between.
#pragma once

#include "common/loop/fd_watch.hpp"
#include "common/loop/timer.hpp"
#include "tools/records/line_reader.hpp"
#include "tools/records/log_files.hpp"
#include "tools/records/log_filter.hpp"
#include "tools/records/log_source.hpp"
#include "tools/records/time_spans.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hark {

class LogFileSource final : public LogSource {
   public:
    // `filter` and `input`, which has at least one file, must outlive it. Throws std::runtime_error
    // if a file cannot be opened, unless it is followed.
    LogFileSource(EventLoop& loop, const LogFilter& filter, const LogInput& input,
                  Callback<void()> on_more);

    [[nodiscard]] Step next(LogRecord& into) override;
    void want_ends(bool wanted) noexcept override {
        if (sieve_) sieve_->want_ends(wanted);
    }
    void wait() noexcept override;
    [[nodiscard]] bool can_go_back() const noexcept override;
    [[nodiscard]] bool to_previous_section() override;
    void go_forward() override;
    void read_parts_before(const std::function<void(const LogRecord&)>& take) override;
    [[nodiscard]] bool has_one_writer() const noexcept override { return true; }
    [[nodiscard]] bool read_on() override;

   private:
    enum class Phase : std::uint8_t { absent, reading, done };

    // file_source_open.cpp
    void open_all();
    // Opens the named file and those rotated away from it: all of them, or only those begun after
    // the file followed until now. Returns 0 or -errno.
    [[nodiscard]] int open_with_kin(bool only_newer);
    [[nodiscard]] std::vector<LogFile> all_kin();
    void start_span(std::size_t span);
    void start_reading(std::size_t span, std::int64_t from, std::int64_t to);
    void read_parts_of(const LogFile& file, std::int64_t from, std::int64_t to,
                       const std::function<void(const LogRecord&)>& take) const;

    [[nodiscard]] Step read_lines(LogRecord& into);
    [[nodiscard]] bool is_wanted(const FileLine& line, LogRecord& into);
    [[nodiscard]] Step at_failure(LogRecord& into, int error);
    [[nodiscard]] Step at_end(LogRecord& into);
    [[nodiscard]] Step to_next_span() noexcept;
    void on_readable(std::uint32_t events) noexcept;
    [[nodiscard]] const LogFile& file() const noexcept { return files_[spans_[span_].file]; }

    // file_source_follow.cpp
    [[nodiscard]] bool is_followed() const noexcept;
    [[nodiscard]] Step at_followed_end(LogRecord& into);
    [[nodiscard]] bool was_overwritten();
    [[nodiscard]] bool was_followed(const LogFile& file) const;
    [[nodiscard]] bool was_there_before(const LogFile& file) const;
    // The kin begun after the file followed until now, oldest first.
    [[nodiscard]] std::vector<LogFile> newer_kin() const;
    [[nodiscard]] std::optional<LogFile> copy_of_followed() const;
    void restart_after_truncation(std::int64_t read);
    [[nodiscard]] Step open_new();

    const LogFilter& filter_;
    const LogInput& input_;
    Callback<void()> on_more_;
    Timer poll_;
    FdWatch pipe_watch_;
    std::optional<LineSieve> sieve_;
    std::vector<LogFile> files_;
    std::vector<FileSpan> spans_;
    LineReader lines_;
    Phase phase_ = Phase::absent;
    std::size_t span_ = 0;           // what is being read
    std::int64_t section_from_ = 0;  // where reading began: in the file of started_span_
    std::size_t started_span_ = 0;
    bool section_only_ = false;      // end at the end of the section
    std::int64_t section_size_ = 0;  // bytes of the last section
    bool leaving_ = false;           // a new file exists: read the old one to its end
    bool resumed_ = false;           // after wait()
    std::string head_;               // how the followed file begins
    std::string older_head_;         // how the newest older file with content begins
};

}  // namespace hark
