#include "tools/log/log_viewer.hpp"

#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "common/record/log_json.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"
#include "tools/log/file_source.hpp"
#include "tools/log/journal_source.hpp"
#include "tools/terminal/colour.hpp"

#include <utility>

#include <fmt/core.h>
#include <unistd.h>

namespace hark {

LogViewer::LogViewer(EventLoop& loop, const LogOptions& options)
    : loop_{loop},
      options_{options},
      filter_{options},
      lines_{{.time = true, .colour = wants_colour(STDOUT_FILENO)}},
      output_{loop,
              STDOUT_FILENO,
              {.on_room = method<&LogViewer::on_output>(*this),
               .on_empty = method<&LogViewer::on_output>(*this),
               .on_error = method<&LogViewer::on_output>(*this)}},
      pump_task_{loop, Stage::process, method<&LogViewer::pump>(*this)} {
    const auto on_more = method<&LogViewer::on_more>(*this);
    if (options.file.empty() || is_journal_file(options.file)) {
        source_ = std::make_unique<LogJournalSource>(loop, filter_, on_more);
    } else {
        source_ = std::make_unique<LogFileSource>(loop, filter_, on_more);
    }
}

int LogViewer::run() {
    start();
    loop_.run();
    return status_;
}

void LogViewer::start() {
    signals_.emplace(loop_, method<&LogViewer::on_signal>(*this));
    output_.watch_reader();
    if (source_->may_miss_some()) {
        print_error(
            _("no permission to read the system journal, only your own: for the rest, be root or a "
              "member of the group systemd-journal or adm"));
    }
    pump_task_.schedule();
}

// --- Events -------------------------------------------------------------------------------------

void LogViewer::on_signal(int signal) noexcept {
    status_ = EXIT_KILLED_BY + signal;
    finished_ = true;
    loop_.stop();
}

void LogViewer::on_output() noexcept {
    if (finished_) {
        // The rest of the output may be what fails.
        if (output_.error() != 0 && status_ == EXIT_DONE) {
            status_ = status_of_lost_output(output_.error());
        }
        if (output_.empty()) loop_.stop();
        return;
    }
    if (!output_failed()) pump_task_.schedule();
}

void LogViewer::on_more() noexcept {
    pump_task_.schedule();
}

// --- From source to output ----------------------------------------------------------------------

void LogViewer::pump() noexcept {
    if (finished_ || !output_.has_room()) return;
    const LogSource::Step step = pump_some();
    if (output_failed()) return;
    switch (step) {
        case LogSource::Step::record:
        case LogSource::Step::working:
            if (output_.has_room()) pump_task_.schedule();
            return;
        case LogSource::Step::failed:
            print_error(source_->trouble());
            finish(EXIT_REFUSED);
            return;
        case LogSource::Step::end:
            break;
    }
    report_omissions();
    if (options_.follow) {
        source_->wait();
        return;
    }
    finish(source_->may_miss_some() && !shown_any_ ? EXIT_REFUSED : EXIT_DONE);
}

// Processes as many records as are written at once.
LogSource::Step LogViewer::pump_some() {
    constexpr std::size_t ENOUGH = 32 * 1024;
    text_.clear();
    LogSource::Step step = LogSource::Step::record;
    while (step == LogSource::Step::record && text_.size() < ENOUGH) {
        step = source_->next(record_);
        if (step == LogSource::Step::record) show(record_);
    }
    if (!text_.empty()) output_.write(text_);
    return step;
}

void LogViewer::show(const LogRecord& record) {
    shown_any_ = true;
    if (options_.json) {
        append_log_json(text_, record);
        return;
    }
    if (charset_.is_utf8()) {
        lines_.append(text_, view_.of(record));
        return;
    }
    std::string line;
    lines_.append(line, view_.of(record));
    text_ += charset_.encode(line);
}

bool LogViewer::output_failed() noexcept {
    const int error = output_.error();
    if (error == 0 || finished_) return error != 0;
    finish(status_of_lost_output(error));
    return true;
}

void LogViewer::finish(int status) noexcept {
    if (finished_) return;
    finished_ = true;
    status_ = status;
    if (output_.empty() || output_.error() != 0) loop_.stop();
}

void LogViewer::report_omissions() {
    if (const auto count = source_->malformed(); count > reported_malformed_) {
        print_error(ngettext("{} record was left out: it is damaged or not from harkd",
                             "{} records were left out: they are damaged or not from harkd",
                             count - reported_malformed_),
                    count - reported_malformed_);
        reported_malformed_ = count;
    }
    if (const auto count = filter_.given_up(); count > reported_given_up_) {
        print_error(ngettext("{} record was left out: the pattern would take too long on it",
                             "{} records were left out: the pattern would take too long on them",
                             count - reported_given_up_),
                    count - reported_given_up_);
        reported_given_up_ = count;
    }
}

}  // namespace hark
