#include "tools/records/stream_source.hpp"

#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "common/nats/headers.hpp"
#include "common/record/log_json.hpp"
#include "common/stream/stream_file.hpp"
#include "common/text/number.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace hark {

namespace {

using namespace std::chrono_literals;

constexpr const char* USUAL_CONFIG = "/etc/harkd/harkd.toml";
constexpr std::uint64_t BATCHES_BACK = 64;
// Without a connection, or without an answer.
constexpr Duration GIVE_UP_AFTER = 10s;
// How many times in a row expected messages may fail to come.
constexpr unsigned MAX_STALLS = 2;
constexpr int RECORDS_A_STEP = 1024;

StreamConfig read_config(const LogStream& stream) {
    const std::string path = stream.config.empty() ? USUAL_CONFIG : stream.config;
    return read_stream_config(path, path);
}

}  // namespace

LogStreamSource::LogStreamSource(EventLoop& loop, const LogFilter& filter, const LogInput& input,
                                 Callback<void()> on_more)
    : filter_{filter},
      follow_{input.follow},
      on_more_{on_more},
      config_{read_config(*input.stream)},
      subject_{input.stream->subject.empty() ? config_.subject : input.stream->subject},
      has_one_writer_{subject_.find_first_of("*>") == std::string::npos},
      client_{loop, static_cast<nats::ClientOwner&>(*this), config_.servers, config_.tls,
              "hark log"},
      timer_{loop, method<&LogStreamSource::on_timer>(*this)},
      troubled_since_{loop.now()},
      loop_{loop} {
    client_.start();
}

// --- For the reader -----------------------------------------------------------------------------

LogSource::Step LogStreamSource::next(LogRecord& into) {
    const Step step = take_line(into);
    if (step != Step::end) return step;
    switch (phase_) {
        case Phase::failed:
            return Step::failed;
        case Phase::ended:
            return Step::end;
        case Phase::offline:
        case Phase::inspecting:
        case Phase::opening:
            break;
        case Phase::reading:
            // Everything stored so far has been given; the rest is not written yet.
            if (follow_ && at_end_ && end_sequence_ == 0) return Step::end;
            break;
    }
    waiting_ = true;
    return Step::waiting;
}

// Returns `end` if there is none.
LogSource::Step LogStreamSource::take_line(LogRecord& into) {
    for (int lines = 0; lines < RECORDS_A_STEP; ++lines) {
        while (taken_ == current_.size()) {
            if (batches_.empty()) return Step::end;
            current_ = std::move(batches_.front());
            taken_ = 0;
            batches_.pop_front();
            if (phase_ == Phase::reading && asked_ == 0 && batches_.empty()) ask_for_more();
        }
        const std::size_t end = std::min(current_.find('\n', taken_), current_.size());
        const auto line = std::string_view{current_}.substr(taken_, end - taken_);
        taken_ = std::min(end + 1, current_.size());
        if (!filter_.may_match_line(line) && !may_concern_parts(line)) continue;
        if (view_log_json(line, into)) return Step::record;
        count_malformed();
    }
    return Step::working;
}

bool LogStreamSource::to_previous_section() {
    // The bounds are asked for when there is a connection: until then the section has no end.
    const bool is_first = section_size_ == 0;
    if (!is_first && section_begin_ <= first_) return false;
    section_size_ = is_first ? BATCHES_BACK : section_size_ * 2;
    if (is_bounded_) {
        set_section(is_first ? last_ + 1 : section_begin_);
        begin_anew();
    }
    return true;
}

void LogStreamSource::set_section(std::uint64_t end) noexcept {
    end_sequence_ = end;
    section_begin_ = std::max(end, first_ + section_size_) - section_size_;
    next_sequence_ = section_begin_;
}

void LogStreamSource::begin_anew() noexcept {
    batches_.clear();
    current_.clear();
    taken_ = 0;
    last_records_.clear();
    open_consumer();
}

void LogStreamSource::go_forward() {
    end_sequence_ = 0;
    next_sequence_ = section_begin_;
    if (is_bounded_) begin_anew();
}

// --- The connection -----------------------------------------------------------------------------

void LogStreamSource::on_connected() noexcept {
    inspect();
}

void LogStreamSource::inspect() noexcept {
    phase_ = Phase::inspecting;
    timer_.arm_in(REQUEST_TIMEOUT);
    request_ = client_.request(nats::stream_info_subject(config_.stream), {}, {});
}

void LogStreamSource::on_disconnected(const nats::Problem& problem) noexcept {
    timer_.cancel();
    if (phase_ == Phase::failed || phase_ == Phase::ended) return;
    phase_ = Phase::offline;
    asked_ = 0;
    troubled_since_ = loop_.now();
    if (problem.is_refusal) give_up(problem.text);
}

void LogStreamSource::on_unreachable(const nats::Problem& problem) noexcept {
    if (phase_ == Phase::failed || phase_ == Phase::ended) return;
    const bool was_connected = client_.connections() > 0;
    const bool goes_on =
        was_connected && (follow_ || loop_.now() - troubled_since_ < GIVE_UP_AFTER);
    if (problem.is_refusal || !goes_on) give_up(problem.text);
}

void LogStreamSource::on_complaint(std::string_view text) noexcept {
    if (text.starts_with("Permissions")) give_up(text);
}

void LogStreamSource::on_timer() noexcept {
    if (phase_ == Phase::reading) {
        // The consumer may have gone with its server.
        on_stall();
    } else if (loop_.now() - troubled_since_ >= GIVE_UP_AFTER && !follow_) {
        give_up(formatted(_("stream {} does not answer"), config_.stream));
    } else {
        client_.leave("it does not answer");
    }
}

// Messages that the consumer has counted may have been removed since, or it has no leader now.
void LogStreamSource::on_stall() noexcept {
    if (++stalls_ > MAX_STALLS && !follow_) {
        give_up(formatted(_("stream {} does not answer"), config_.stream));
    } else {
        inspect();
    }
}

void LogStreamSource::give_up(std::string_view why) noexcept {
    static_cast<void>(fail(formatted(_("cannot read stream {}: {}"), config_.stream, why)));
    phase_ = Phase::failed;
    timer_.cancel();
    wake();
}

void LogStreamSource::wake() noexcept {
    if (std::exchange(waiting_, false)) on_more_();
}

}  // namespace hark
