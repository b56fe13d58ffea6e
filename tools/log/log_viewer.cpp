#include "tools/log/log_viewer.hpp"

#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"
#include "tools/records/open_source.hpp"
#include "tools/terminal/capabilities.hpp"
#include "tools/terminal/colour.hpp"

#include <utility>

#include <unistd.h>

namespace hark {

LogViewer::LogViewer(EventLoop& loop, const LogOptions& options)
    : loop_{loop},
      options_{options},
      filter_{options},
      writer_{options.form, wants_colour(STDOUT_FILENO)},
      output_{loop,
              STDOUT_FILENO,
              {.on_room = method<&LogViewer::on_output>(*this),
               .on_empty = method<&LogViewer::on_output>(*this),
               .on_error = method<&LogViewer::on_output>(*this)}},
      pump_task_{loop, Stage::process, method<&LogViewer::pump>(*this)},
      timeout_{loop, method<&LogViewer::on_timeout>(*this)},
      source_{open_source(loop, filter_, options, method<&LogViewer::on_more>(*this))} {
    if (options.summary) {
        summary_.emplace(*source_, filter_);
    } else {
        walk_.emplace(*source_, filter_, writer_, options);
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
    if (options_.timeout > Duration::zero()) timeout_.arm_in(options_.timeout);
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

void LogViewer::on_timeout() noexcept {
    if (!finished_) end();
}

// --- From source to output ----------------------------------------------------------------------

void LogViewer::pump() noexcept {
    if (finished_ || !output_.has_room()) return;
    const LogSource::Step step = pump_some();
    if (output_failed()) return;
    report_damage();
    switch (step) {
        case LogSource::Step::record:
        case LogSource::Step::working:
            if (output_.has_room()) pump_task_.schedule();
            return;
        case LogSource::Step::waiting:
            return;
        case LogSource::Step::failed:
            print_error(walk_ ? walk_->trouble() : source_->trouble());
            finish(EXIT_REFUSED);
            return;
        case LogSource::Step::end:
            break;
    }
    if (options_.follow && !(walk_ && walk_->has_enough())) {
        report_omissions();
        source_->wait();
        return;
    }
    end();
}

// Processes as many records as are written at once.
LogSource::Step LogViewer::pump_some() {
    constexpr std::size_t ENOUGH = OutputStream::LIMIT;
    constexpr int MOST_STEPS = 64;
    text_.clear();
    LogSource::Step step = LogSource::Step::record;
    int steps = 0;
    while (text_.size() < ENOUGH && steps < MOST_STEPS &&
           (step == LogSource::Step::record || step == LogSource::Step::working)) {
        step = walk_ ? walk_->next(text_) : summary_->next();
        if (step == LogSource::Step::working) ++steps;
        if (walk_ && walk_->has_enough()) {
            step = LogSource::Step::end;
            break;
        }
    }
    if (!text_.empty()) output_.write(text_);
    return step;
}

void LogViewer::end() {
    if (summary_) {
        text_.clear();
        if (options_.form.json) {
            summary_->append_json(text_);
        } else {
            summary_->append_text(text_, terminal_size(STDOUT_FILENO).columns, writer_.charset());
        }
        output_.write(text_);
    }
    report_damage();
    report_omissions();
    const bool any = summary_ ? summary_->any() : walk_->any_matched();
    const bool nothing_found = !any && (options_.grep || source_->may_miss_some());
    finish(damaged_ || nothing_found ? EXIT_REFUSED : EXIT_DONE);
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

void LogViewer::report_damage() {
    for (const std::string& damage : source_->take_damage()) {
        damaged_ = true;
        print_error(damage);
    }
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
