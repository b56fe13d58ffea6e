#include "tools/records/file_source.hpp"

#include "common/loop/event_loop.hpp"
#include "common/record/log_json.hpp"
#include "tools/records/file_trouble.hpp"

#include <cerrno>
#include <utility>

#include <sys/epoll.h>

namespace hark {

namespace {

// Lines per call: less than a millisecond's worth.
constexpr int LINES_A_STEP = 1024;

}  // namespace

LogFileSource::LogFileSource(EventLoop& loop, const LogFilter& filter, const LogInput& input,
                             Callback<void()> on_more)
    : filter_{filter},
      input_{input},
      on_more_{on_more},
      poll_{loop, on_more},
      pipe_watch_{loop, method<&LogFileSource::on_readable>(*this)},
      sieve_{filter.sieve()},
      lines_{sieve_ ? &*sieve_ : nullptr} {
    open_all();
}

LogSource::Step LogFileSource::next(LogRecord& into) {
    switch (phase_) {
        case Phase::absent:
            return open_new();
        case Phase::reading:
            return read_lines(into);
        case Phase::done:
            break;
    }
    return Step::end;
}

LogSource::Step LogFileSource::read_lines(LogRecord& into) {
    // Check before reading: the file may have been truncated, and have grown past our offset since.
    if (std::exchange(resumed_, false) && is_followed() && was_overwritten()) {
        restart_after_truncation(lines_.offset());
        return Step::working;
    }
    for (int i = 0; i < LINES_A_STEP; ++i) {
        const FileLine line = lines_.next();
        switch (line.kind) {
            case FileLine::Kind::line:
            case FileLine::Kind::too_long:
                if (is_wanted(line, into)) return Step::record;
                break;
            case FileLine::Kind::working:
                return Step::working;
            case FileLine::Kind::failed:
                return at_failure(into, line.error);
            case FileLine::Kind::end:
                return at_end(into);
        }
    }
    return Step::working;
}

bool LogFileSource::is_wanted(const FileLine& line, LogRecord& into) {
    if (line.kind == FileLine::Kind::line) {
        if (!filter_.may_match_line(line.text) && !may_concern_parts(line.text)) return false;
        if (view_log_json(line.text, into)) return true;
    }
    count_malformed();
    return false;
}

LogSource::Step LogFileSource::at_failure(LogRecord& into, int error) {
    if (error == EAGAIN && file().is_pipe) {
        const int watched =
            pipe_watch_.interest() == 0 ? pipe_watch_.start(file().fd.get(), EPOLLIN) : 0;
        if (watched == 0) return Step::waiting;
        error = -watched;
    }
    report_damage(cannot_read_file(file().path, error));
    FileLine rest;
    const bool any = lines_.take_rest(rest) && is_wanted(rest, into);
    const Step step = to_next_span();
    return any ? Step::record : step;
}

void LogFileSource::on_readable(std::uint32_t) noexcept {
    pipe_watch_.stop();
    on_more_();
}

// A last line without LF is either complete, since an editor left the LF out, or torn.
LogSource::Step LogFileSource::at_end(LogRecord& into) {
    if (is_followed()) return at_followed_end(into);
    FileLine rest;
    if (lines_.take_rest(rest) && is_wanted(rest, into)) return Step::record;
    return to_next_span();
}

LogSource::Step LogFileSource::to_next_span() noexcept {
    if (section_only_ || span_ + 1 >= spans_.size()) {
        // The last file of the followed log is compressed, and the next one does not exist yet.
        const bool waits = input_.follow && !section_only_ && files_.back().path != input_.files[0];
        phase_ = waits ? Phase::absent : Phase::done;
        return Step::end;
    }
    start_reading(span_ + 1, spans_[span_ + 1].from, spans_[span_ + 1].to);
    return Step::working;
}

}  // namespace hark
