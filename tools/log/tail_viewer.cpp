#include "tools/log/tail_viewer.hpp"

#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "common/record/log_json.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"
#include "tools/control/shown_json.hpp"
#include "tools/terminal/colour.hpp"

#include <fmt/core.h>
#include <unistd.h>

namespace hark {

namespace {

LogSelection selection_of(const TailOptions& options) {
    LogSelection selection;
    selection.grep = options.grep;
    selection.invert = options.invert;
    selection.events = true;
    return selection;
}

}  // namespace

TailViewer::TailViewer(EventLoop& loop, const TailOptions& options)
    : loop_{loop},
      options_{options},
      selection_{selection_of(options)},
      filter_{selection_},
      writer_{options.form, wants_colour(STDOUT_FILENO)},
      signals_{loop, method<&TailViewer::on_signal>(*this)},
      output_{loop,
              STDOUT_FILENO,
              {.on_room = method<&TailViewer::on_output>(*this),
               .on_empty = method<&TailViewer::on_output>(*this),
               .on_error = method<&TailViewer::on_output>(*this)}},
      connection_{loop, *this},
      retry_{loop, method<&TailViewer::follow>(*this)},
      settled_{loop, method<&TailViewer::on_settled>(*this)},
      timeout_{loop, method<&TailViewer::on_timeout>(*this)} {
    if (!options.text.empty()) text_.emplace(options.text, true);
}

int TailViewer::run() {
    start();
    if (!over()) loop_.run();
    return status_;
}

void TailViewer::start() {
    output_.watch_reader();
    if (options_.timeout > Duration::zero()) timeout_.arm_in(options_.timeout);
    follow();
}

void TailViewer::fail_over_gap() noexcept {
    fail_to_wait(_("the connection was lost, and messages have been recorded meanwhile"));
}

void TailViewer::fail_to_wait(const char* reason) noexcept {
    print_error(_("the message may have been missed: {}"), reason);
    finish(EXIT_UNREACHABLE);
}

void TailViewer::on_timeout() noexcept {
    if (finished_) return;
    if (options_.waits) {
        print_error(_("timeout: the message has not come"));
        finish(EXIT_UNREACHABLE);
    } else {
        finish(options_.grep && shown_ == 0 ? EXIT_REFUSED : EXIT_DONE);
    }
}

bool TailViewer::take_record(const varlink::Json& record) {
    std::string line;
    append_shown_json(line, record);
    if (!parse_log_json(line, record_)) return false;
    if (record_.is_message() && !record_.has(Key::more)) ++recorded_;
    joiner_.end_before(record_, true);
    show_ended();
    if (finished_) return true;
    const LogRecord* const whole = joiner_.add(record_);
    if (whole != nullptr && matches(*whole)) show(*whole);
    show_ended();
    return true;
}

void TailViewer::show_ended() {
    while (!finished_) {
        const LogRecord* const ended = joiner_.take_ended();
        if (ended == nullptr) return;
        if (matches(*ended)) show(*ended);
    }
}

bool TailViewer::matches(const LogRecord& record) {
    if (is_match(record)) return true;
    // An earlier part was recorded while there was no connection.
    const bool torn = record.is_message() && record.has(Key::part);
    if (!finished_ && options_.waits && again_ && torn) fail_over_gap();
    return false;
}

bool TailViewer::is_match(const LogRecord& record) {
    if (text_ && text_->find(record.get(Key::text), 0) == std::string_view::npos) return false;
    if (filter_.matches(record)) return true;
    if (filter_.given_up() > given_up_) report_given_up();
    return false;
}

void TailViewer::report_given_up() {
    given_up_ = filter_.given_up();
    if (options_.waits) {
        fail_to_wait(_("one arrived that the pattern takes too long to match"));
    } else {
        print_error(
            ngettext("{} record was left out: the pattern would take too long on it",
                     "{} records were left out: the pattern would take too long on them", 1),
            1);
    }
}

void TailViewer::show(const LogRecord& record) {
    std::string line;
    writer_.append(line, record);
    output_.write(line);
    ++shown_;
    if (shown_ == options_.count.value_or(options_.waits ? 1 : 0)) {
        finish(EXIT_DONE);
    } else {
        on_output();
    }
}

void TailViewer::show_dropped(std::uint64_t count) {
    if (options_.waits) {
        fail_to_wait(_("hark could not keep up"));
        return;
    }
    if (options_.form.json) {
        output_.write(fmt::format("{{\"dropped\":{}}}\n", count));
    } else {
        output_.write(writer_.charset().encode(
            formatted(ngettext("{} record was not shown: hark could not keep up\n",
                               "{} records were not shown: hark could not keep up\n", count),
                      count)));
    }
    on_output();
}

void TailViewer::on_output() noexcept {
    if (finished_) {
        if (output_.empty()) loop_.stop();
        return;
    }
    if (const int error = output_.error(); error != 0) {
        finish(status_of_lost_output(error));
        return;
    }
    connection_.set_reading(output_.has_room());
}

void TailViewer::on_signal(int signal) noexcept {
    finish(EXIT_KILLED_BY + signal);
    loop_.stop();
}

void TailViewer::finish(int status) noexcept {
    finished_ = true;
    status_ = status;
    connection_.close();
    retry_.cancel();
    settled_.cancel();
    timeout_.cancel();
    if (output_.empty()) loop_.stop();
}

}  // namespace hark
