#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "common/sys/calls.hpp"
#include "tools/records/file_source.hpp"
#include "tools/records/file_trouble.hpp"

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
    // A daemon whose disk is full may remove a partial line again, so that one is read anew. A file
    // shorter than its complete lines was truncated.
    const std::int64_t read = lines_.offset();
    if (here.st_size < read) {
        restart_after_truncation(read);
        return here.st_size > 0 || leaving_ ? Step::working : Step::end;
    }
    start_reading(span_, read, -1);
    return Step::end;
}

// Whether it begins otherwise than before.
bool LogFileSource::was_overwritten() noexcept {
    std::string head = head_of_file(file().fd.get());
    if (head_.empty() || head.empty()) {
        if (head_.empty()) head_ = std::move(head);
        return false;
    }
    return head != head_;
}

// What was written between the last look and the truncation is in the copy, if that is not
// compressed yet.
void LogFileSource::restart_after_truncation(std::int64_t read) {
    const std::string head = std::exchange(head_, {});
    const std::vector<std::string> kin = rotated_files(input_.files[0]);
    LogFile copy;
    if (!head.empty() && !kin.empty() && open_log_file(kin.back(), copy) == 0 && copy.is_plain() &&
        copy.size > read && head_of_file(copy.fd.get()) == head) {
        files_.back() = std::move(copy);
        start_reading(span_, read, -1);
        leaving_ = true;
        return;
    }
    start_reading(span_, 0, -1);
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
