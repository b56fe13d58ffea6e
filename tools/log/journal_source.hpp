// Reads records from the systemd journal: this machine's, or a journal file. Uses the journal's
// index as far as it can narrow down the search.
#pragma once

#include "common/loop/fd_watch.hpp"
#include "common/loop/timer.hpp"
#include "tools/log/log_filter.hpp"
#include "tools/log/log_source.hpp"

#include <memory>
#include <string>
#include <string_view>

struct sd_journal;

namespace hark {

// Whether the file has a journal's signature. False if it cannot be read.
[[nodiscard]] bool is_journal_file(const std::string& path) noexcept;

class LogJournalSource final : public LogSource {
   public:
    // `filter` must outlive it; its options may name a file. Throws std::runtime_error if no
    // journal can be read.
    LogJournalSource(EventLoop& loop, LogFilter& filter, Callback<void()> on_more);

    [[nodiscard]] Step next(LogRecord& into) override;
    void wait() noexcept override;
    [[nodiscard]] bool may_miss_some() const noexcept override { return may_miss_some_; }

   private:
    struct Close {
        void operator()(sd_journal* journal) const noexcept;
    };

    void open_machine();
    void open_file(const std::string& path);
    void add_matches();
    void add_match(std::string_view field, std::string_view value);
    void seek();
    void begin_to_watch();
    void on_ready(std::uint32_t events) noexcept;
    void on_timer() noexcept;

    [[nodiscard]] Step step_backward(LogRecord& into);
    [[nodiscard]] Step step_forward(LogRecord& into);
    // Whether the current entry matches.
    [[nodiscard]] bool take_entry(LogRecord& into, bool count);
    [[nodiscard]] bool is_before_since() const noexcept;
    [[nodiscard]] bool may_match_time() const noexcept;

    LogFilter& filter_;
    const LogOptions& options_;
    Callback<void()> on_more_;
    std::unique_ptr<sd_journal, Close> journal_;
    FdWatch watch_;
    Timer poll_;
    bool backward_ = false;
    bool polls_ = false;  // the journal cannot notify us of new entries
    bool may_miss_some_ = false;
    std::uint64_t found_ = 0;  // backward: matching records so far
};

}  // namespace hark
