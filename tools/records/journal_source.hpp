// Reads records from the systemd journal: this machine's, or journal files. Uses the journal's
// index as far as it can narrow down the search.
#pragma once

#include "common/loop/fd_watch.hpp"
#include "common/loop/timer.hpp"
#include "tools/records/log_filter.hpp"
#include "tools/records/log_source.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct sd_journal;

namespace hark {

// Whether the file has a journal's signature. False if it cannot be read.
[[nodiscard]] bool is_journal_file(const std::string& path) noexcept;

class LogJournalSource final : public LogSource {
   public:
    // `filter` and `input`, whose files are journal files, must outlive it. Throws
    // std::runtime_error if no journal can be read.
    LogJournalSource(EventLoop& loop, const LogFilter& filter, const LogInput& input,
                     Callback<void()> on_more);

    [[nodiscard]] Step next(LogRecord& into) override;
    void wait() noexcept override;
    // libsystemd finds nothing from the end of a damaged file.
    [[nodiscard]] bool can_go_back() const noexcept override { return !damaged_; }
    [[nodiscard]] bool to_previous_section() override;
    void go_forward() override;
    void read_parts_before(const std::function<void(const LogRecord&)>& take) override;
    [[nodiscard]] bool may_miss_some() const noexcept override { return may_miss_some_; }

   private:
    struct Close {
        void operator()(sd_journal* journal) const noexcept;
    };
    struct Free {
        void operator()(char* text) const noexcept;
    };
    using Cursor = std::unique_ptr<char, Free>;

    // Of an open journal: what is to be read, from where on.
    void prepare();
    void add_matches();
    void add_common_matches();
    void add_match(std::string_view field, std::string_view value);
    void begin_to_watch();
    void on_ready(std::uint32_t events) noexcept;
    void on_timer() noexcept;

    // journal_open.cpp
    void open_machine();
    void open_files();
    // Returns 0 or -errno.
    [[nodiscard]] int open_together(std::span<const std::string> files);
    void check_next_file();
    void check_all_files();
    void report_damaged(const std::string& path);
    // `error`: -errno.
    [[nodiscard]] static std::string cannot_read_journal(int error);

    // journal_search.cpp
    // Lets the index find the texts that match. False if that gains nothing.
    [[nodiscard]] bool add_text_matches();

    // Seeks to where reading begins.
    void seek();

    // journal_back.cpp
    // Going backwards, nothing more was found. False.
    [[nodiscard]] bool end_going_back();
    // As seek(), and makes the first entry the current one. False if there is none.
    [[nodiscard]] bool to_first();
    // Makes the entry at the cursor the current one.
    [[nodiscard]] bool seek_to(const Cursor& cursor);
    [[nodiscard]] Cursor cursor_here();
    [[nodiscard]] bool note_first();
    [[nodiscard]] bool is_first() const noexcept;

    // Whether the current entry may match.
    [[nodiscard]] bool take_entry(LogRecord& into, bool count);
    [[nodiscard]] bool may_match_time() const noexcept;
    // Whether the current entry is a part of a message.
    [[nodiscard]] bool is_part() const noexcept;

    const LogFilter& filter_;
    const LogInput& input_;
    Callback<void()> on_more_;
    std::vector<std::string> files_;  // the named files that can be opened
    std::size_t checked_ = 0;         // how many of them have been checked for damage
    std::unique_ptr<sd_journal, Close> journal_;
    FdWatch watch_;
    Timer poll_;
    bool polls_ = false;  // the journal cannot notify us of new entries
    bool may_miss_some_ = false;
    bool damaged_ = false;     // one of the files is
    bool at_current_ = false;  // the current entry is the next one

    // Reading backwards:
    Cursor first_;                       // the first entry that reading forward would give
    std::uint64_t first_stored_at_ = 0;  // in microseconds since the epoch
    Cursor section_begin_;
    bool has_section_ = false;
    bool section_only_ = false;
    std::size_t section_left_ = 0;  // entries
};

}  // namespace hark
