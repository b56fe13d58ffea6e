#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "common/sys/calls.hpp"
#include "tools/records/file_source.hpp"
#include "tools/records/file_trouble.hpp"
#include "tools/records/timed_file.hpp"

#include <cerrno>
#include <utility>

#include <sys/stat.h>

namespace hark {

bool LogFileSource::is_followed() const noexcept {
    return input_.follow && !section_only_ && span_ + 1 == spans_.size() && file().is_plain() &&
           spans_[span_].file + 1 == files_.size();
}

LogSource::Step LogFileSource::at_followed_end(LogRecord& into) {
    if (std::exchange(leaving_, false)) {
        phase_ = Phase::absent;
        FileLine rest;
        return lines_.take_rest(rest) && is_wanted(rest, into) ? Step::record : Step::working;
    }
    struct stat here {};
    struct stat named {};
    if (const int error = sys::fstat(file().fd.get(), here); error < 0) {
        return fail(cannot_read_file(file().path, -error));
    }
    const bool is_named = ::stat(input_.files[0].c_str(), &named) == 0;
    if (is_named && (named.st_ino != here.st_ino || named.st_dev != here.st_dev)) {
        // Data may have been appended to the old file until just now.
        leaving_ = named.st_size > 0;
        return leaving_ ? Step::working : Step::end;
    }
    // A daemon whose disk is full may remove a partial line again, so partial lines are read again.
    // A file shorter than its complete lines was truncated.
    const std::int64_t read = lines_.offset();
    if (here.st_size < read) {
        restart_after_truncation(read);
        return Step::working;
    }
    start_reading(span_, read, -1);
    return Step::end;
}

// Whether the file begins differently than before.
bool LogFileSource::was_overwritten() {
    std::string head = head_of_file(file());
    if (head.empty()) return false;
    if (!head_.empty()) return head != head_;
    // It was empty until now.
    if (!newer_kin().empty()) return true;
    head_ = std::move(head);
    return false;
}

// Whether `file` is the followed file under another name, or a copy of it.
bool LogFileSource::was_followed(const LogFile& file) const {
    const LogFile& followed = files_.back();
    return (file.inode == followed.inode && file.device == followed.device) ||
           (!head_.empty() && head_of_file(file) == head_);
}

// Whether the followed file was empty, and `file` already existed then.
bool LogFileSource::was_there_before(const LogFile& file) const {
    return head_.empty() && !older_head_.empty() && head_of_file(file) == older_head_;
}

std::vector<LogFile> LogFileSource::newer_kin() const {
    std::vector<LogFile> newer;
    const auto begun = time_of_line(head_);
    // If none had content until now, all are newer.
    bool found = files_.empty() || (head_.empty() && older_head_.empty());
    for (const std::string& path : rotated_files(input_.files[0])) {
        LogFile file;
        if (open_log_file(path, file) < 0) continue;
        if (!files_.empty() && (was_followed(file) || was_there_before(file))) {
            newer.clear();
            found = true;
            continue;
        }
        // The file followed until now may be gone, or no longer readable.
        const auto first = found ? std::nullopt : first_time_of(file);
        if (found || (begun && first && *first > *begun)) newer.push_back(std::move(file));
    }
    return newer;
}

// The copy that log rotation's copytruncate has made, and perhaps compressed.
std::optional<LogFile> LogFileSource::copy_of_followed() const {
    std::optional<LogFile> copy;
    for (const std::string& path : rotated_files(input_.files[0])) {
        LogFile file;
        if (open_log_file(path, file) == 0 && was_followed(file)) copy = std::move(file);
    }
    return copy;
}

// The copy has what was written between the last look and the truncation. There may be more files
// since then.
void LogFileSource::restart_after_truncation(std::int64_t read) {
    if (auto copy = copy_of_followed(); copy && (copy->size > read || !copy->is_plain())) {
        leaving_ = copy->is_plain();
        files_.back() = std::move(*copy);
        start_reading(span_, read, -1);
        return;
    }
    phase_ = Phase::absent;
}

LogSource::Step LogFileSource::open_new() {
    const int error = open_with_kin(true);
    if (error == 0) return Step::working;
    // Log rotation may create the new file and set its mode in separate steps.
    return error == -ENOENT || error == -EACCES ? Step::end
                                                : fail(cannot_read_file(input_.files[0], -error));
}

void LogFileSource::wait() noexcept {
    resumed_ = true;
    poll_.arm_in(LOG_POLL_INTERVAL);
}

}  // namespace hark
