// Reading the journal backwards, section by section.
#include "tools/records/journal_source.hpp"

#include <utility>

#include <systemd/sd-journal.h>

namespace hark {

namespace {

constexpr std::uint64_t ENTRIES_A_SECTION = 4096;
// How far before the beginning to look for the parts of a message.
constexpr std::uint64_t ENTRIES_WITH_PARTS = 64 * 1024;

}  // namespace

LogJournalSource::Cursor LogJournalSource::cursor_here() {
    char* cursor = nullptr;
    return Cursor{::sd_journal_get_cursor(journal_.get(), &cursor) < 0 ? nullptr : cursor};
}

// The entry at the cursor is then read next. systemd 252 skips the first match after a seek to a
// cursor, so make that entry the current one here.
bool LogJournalSource::seek_to(const Cursor& cursor) {
    return cursor && ::sd_journal_seek_cursor(journal_.get(), cursor.get()) == 0 &&
           ::sd_journal_next(journal_.get()) > 0;
}

// Goes back no further than the entry where reading forward would begin. Its time alone would not
// identify it, since clocks are set back.
bool LogJournalSource::to_previous_section() {
    if (has_section_) {
        if (!seek_to(section_begin_) || is_first()) return end_going_back();
    } else if (!note_first() || ::sd_journal_seek_tail(journal_.get()) < 0) {
        return end_going_back();
    }
    section_left_ = 0;
    while (section_left_<ENTRIES_A_SECTION&& ::sd_journal_previous(journal_.get())> 0) {
        ++section_left_;
        if (is_first()) break;
    }
    if (section_left_ == 0) return end_going_back();
    Cursor begin = cursor_here();
    if (!begin) return end_going_back();
    section_begin_ = std::move(begin);
    has_section_ = section_only_ = at_current_ = true;
    return true;
}

// Damage, too, looks like the beginning: libsystemd then reads no more of the file. So this checks
// what has not been checked, and if a file is damaged, makes ready to read forward from the
// beginning: that finds more.
bool LogJournalSource::end_going_back() {
    // With `since`, files are checked only if the entry to begin with has not been reached.
    if (first_ && !is_first()) checked_ = 0;
    check_all_files();
    if (!damaged_) return false;
    auto closed = std::move(journal_);
    if (open_together(files_) < 0) {
        journal_ = std::move(closed);
        return false;
    }
    has_section_ = section_only_ = at_current_ = false;
    prepare();
    return false;
}

// Returns false if there is no first entry. Without `since`, there is nothing to note.
bool LogJournalSource::note_first() {
    if (!filter_.selection().since) return true;
    if (!to_first()) return false;
    first_ = cursor_here();
    return first_ && ::sd_journal_get_realtime_usec(journal_.get(), &first_stored_at_) == 0;
}

bool LogJournalSource::is_first() const noexcept {
    std::uint64_t stored = 0;
    return first_ && ::sd_journal_get_realtime_usec(journal_.get(), &stored) == 0 &&
           stored == first_stored_at_ && ::sd_journal_test_cursor(journal_.get(), first_.get()) > 0;
}

void LogJournalSource::go_forward() {
    set_malformed(0);
    section_only_ = false;
    at_current_ = has_section_ && seek_to(section_begin_);
    if (at_current_) {
        checked_ = files_.size();  // only a part is read
    } else {
        seek();
    }
}

void LogJournalSource::read_parts_before(const std::function<void(const LogRecord&)>& take) {
    const Cursor here = cursor_here();
    if (!here) return;
    const bool at_begin = has_section_ ? seek_to(section_begin_) : to_first();
    if (at_begin) {
        const int count = ::sd_journal_previous_skip(journal_.get(), ENTRIES_WITH_PARTS);
        LogRecord record;
        for (int i = 0; i < count; ++i) {
            if (is_part() && take_entry(record, false)) take(record);
            if (::sd_journal_next(journal_.get()) <= 0) break;
        }
    }
    static_cast<void>(seek_to(here));
}

bool LogJournalSource::to_first() {
    seek();
    return ::sd_journal_next(journal_.get()) > 0;
}

}  // namespace hark
