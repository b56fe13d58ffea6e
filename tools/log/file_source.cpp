#include "tools/log/file_source.hpp"

#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "common/record/log_json.hpp"
#include "common/sys/calls.hpp"
#include "common/text/printable.hpp"
#include "tools/cli/report.hpp"

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <sys/stat.h>

namespace hark {

namespace {

// Lines per call: about a millisecond's worth.
constexpr int LINES_A_STEP = 256;

// The value of the "time" key, if the line starts with it as harkd's lines do.
std::string_view leading_time(std::string_view line) noexcept {
    constexpr std::string_view HEAD = R"({"time":")";
    if (!line.starts_with(HEAD)) return {};
    line.remove_prefix(HEAD.size());
    const std::size_t quote = line.substr(0, 32).find('"');
    return quote == std::string_view::npos ? std::string_view{} : line.substr(0, quote);
}

}  // namespace

LogFileSource::LogFileSource(EventLoop& loop, LogFilter& filter, Callback<void()> on_more)
    : filter_{filter}, options_{filter.options()}, on_more_{on_more}, poll_{loop, on_more} {
    const int error = open();
    if (error < 0 && !(options_.follow && error == -ENOENT)) {
        throw std::runtime_error{cannot_read(-error)};
    }
    if (error < 0) {
        print_error(_("{} is not there yet; waiting for it"), printable(options_.file));
        return;
    }
    if (options_.lines) {
        struct stat status {};
        const int failed = sys::fstat(fd_.get(), status);
        if (failed < 0) throw std::runtime_error{cannot_read(-failed)};
        backward_.start(fd_.get(), status.st_size);
        phase_ = Phase::backward;
    }
}

int LogFileSource::open() {
    const int opened =
        sys::open(options_.file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
    if (opened < 0) return opened;
    UniqueFd fd{opened};
    struct stat status {};
    if (const int error = sys::fstat(fd.get(), status); error < 0) return error;
    if (S_ISDIR(status.st_mode)) return -EISDIR;
    // Anything else can be read only once, and not from its end.
    if (!S_ISREG(status.st_mode)) return -ESPIPE;
    fd_ = std::move(fd);
    forward_.start(fd_.get(), 0);
    phase_ = Phase::forward;
    leaving_ = false;
    return 0;
}

std::string LogFileSource::cannot_read(int error) const {
    return formatted(_("cannot read {}: {}"), printable(options_.file),
                     error == ESPIPE ? _("not a regular file") : std::strerror(error));
}

LogSource::Step LogFileSource::next(LogRecord& into) {
    switch (phase_) {
        case Phase::absent:
            return open_new();
        case Phase::backward:
            return step_backward(into);
        case Phase::forward:
            break;
    }
    return step_forward(into);
}

bool LogFileSource::is_wanted(const FileLine& line, LogRecord& into, bool count) {
    if (line.kind == FileLine::Kind::line) {
        if (!filter_.may_match_time(leading_time(line.text))) return false;
        if (parse_log_json(line.text, into)) return filter_.matches(into);
    }
    if (count) count_malformed();
    return false;
}

// Finds the line to start from. Malformed lines are counted on the way forward.
LogSource::Step LogFileSource::step_backward(LogRecord& scratch) {
    for (int i = 0; i < LINES_A_STEP; ++i) {
        if (found_ == *options_.lines) {
            forward_.start(fd_.get(), backward_.offset());
            phase_ = Phase::forward;
            return Step::working;
        }
        const FileLine line = backward_.previous();
        switch (line.kind) {
            case FileLine::Kind::line:
            case FileLine::Kind::too_long:
                if (is_wanted(line, scratch, false)) ++found_;
                break;
            case FileLine::Kind::working:
                return Step::working;
            case FileLine::Kind::failed:
                return fail(cannot_read(line.error));
            case FileLine::Kind::end:
                phase_ = Phase::forward;
                return Step::working;
        }
    }
    return Step::working;
}

LogSource::Step LogFileSource::step_forward(LogRecord& into) {
    for (int i = 0; i < LINES_A_STEP; ++i) {
        const FileLine line = forward_.next();
        switch (line.kind) {
            case FileLine::Kind::line:
            case FileLine::Kind::too_long:
                if (is_wanted(line, into, true)) return Step::record;
                break;
            case FileLine::Kind::working:
                return Step::working;
            case FileLine::Kind::failed:
                return fail(cannot_read(line.error));
            case FileLine::Kind::end:
                return at_end(into);
        }
    }
    return Step::working;
}

LogSource::Step LogFileSource::at_end(LogRecord& into) {
    if (!options_.follow) return take_last(into);
    if (leaving_) {
        phase_ = Phase::absent;
        return take_last(into) == Step::record ? Step::record : Step::working;
    }
    struct stat here {};
    struct stat named {};
    if (const int error = sys::fstat(fd_.get(), here); error < 0) return fail(cannot_read(-error));
    const bool is_named = ::stat(options_.file.c_str(), &named) == 0;
    if (is_named && (named.st_ino != here.st_ino || named.st_dev != here.st_dev)) {
        // Data may have been appended to the old file until just now.
        leaving_ = named.st_size > 0;
        return leaving_ ? Step::working : Step::end;
    }
    // A daemon whose disk is full may remove a partial line again, so that one is read anew. A file
    // shorter than its complete lines was truncated.
    const std::int64_t read = forward_.line_offset();
    const bool truncated = here.st_size < read;
    forward_.start(fd_.get(), truncated ? 0 : read);
    return truncated && here.st_size > 0 ? Step::working : Step::end;
}

// A last line without LF: complete, if an editor left the LF out, or torn.
LogSource::Step LogFileSource::take_last(LogRecord& into) {
    FileLine line;
    return forward_.take_rest(line) && is_wanted(line, into, true) ? Step::record : Step::end;
}

LogSource::Step LogFileSource::open_new() {
    const int error = open();
    if (error == 0) return Step::working;
    // Log rotation may create the new file and set its mode in separate steps.
    return error == -ENOENT || error == -EACCES ? Step::end : fail(cannot_read(-error));
}

void LogFileSource::wait() noexcept {
    poll_.arm_in(LOG_POLL_INTERVAL);
}

}  // namespace hark
