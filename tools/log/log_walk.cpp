#include "tools/log/log_walk.hpp"

#include "common/locale/i18n.hpp"

#include <algorithm>
#include <cstdint>

namespace hark {

namespace {

// The most that is kept to be shown in another order, from a compressed file or standard input.
constexpr std::size_t MOST_HELD = 256 * 1024 * 1024;

}  // namespace

LogWalk::LogWalk(LogSource& source, LogFilter& filter, RecordWriter& writer,
                 const LogOptions& options)
    : source_{source},
      writer_{writer},
      options_{options},
      reader_{source, filter, options.follow},
      backward_{source.can_go_back()},
      most_{options.count.value_or(UINT64_MAX)} {
    if (options.lines == 0U && !options.follow) {
        // Only whether anything matches is of interest.
        skip_ = UINT64_MAX;
    } else if (options.reverse) {
        stage_ = Stage::holding;
        most_ = std::min(most_, options.lines.value_or(UINT64_MAX));
    } else if (options.lines) {
        stage_ = backward_ ? Stage::counting : Stage::holding;
    }
}

LogSource::Step LogWalk::next(std::string& into) {
    if (has_enough() && !options_.follow) return LogSource::Step::end;
    switch (stage_) {
        case Stage::counting:
            return count();
        case Stage::recounting:
            return recount();
        case Stage::forward:
            return go_forward(into);
        case Stage::holding:
            return hold();
        case Stage::giving:
            break;
    }
    return give(into);
}

LogSource::Step LogWalk::count() {
    using Step = LogSource::Step;
    if (!in_section_) {
        const bool enough = any_section_ && found_ >= *options_.lines;
        if (enough || !reader_.to_previous_section()) {
            if (!enough && !source_.can_go_back()) {
                turn_forward();
            } else if (reader_.any_pieces()) {
                reader_.go_forward();
                found_ = 0;
                stage_ = Stage::recounting;
            } else {
                begin_forward();
            }
        } else {
            in_section_ = any_section_ = true;
        }
        return Step::working;
    }
    const Step step = reader_.next();
    if (step == Step::record) {
        // A piece without the end may belong to one that was counted.
        if (!reader_.record().has(Key::more)) ++found_;
    } else if (step == Step::end) {
        in_section_ = false;
    } else {
        return step;
    }
    return Step::working;
}

LogSource::Step LogWalk::recount() {
    using Step = LogSource::Step;
    const Step step = reader_.next();
    if (step == Step::record) {
        ++found_;
    } else if (step == Step::end) {
        begin_forward();
    } else {
        return step;
    }
    return Step::working;
}

void LogWalk::begin_forward() {
    reader_.go_forward();
    skip_ = std::max(found_, *options_.lines) - *options_.lines;
    stage_ = Stage::forward;
}

LogSource::Step LogWalk::go_forward(std::string& into) {
    using Step = LogSource::Step;
    const Step step = reader_.next();
    if (step != Step::record) return step;
    any_matched_ = true;
    if (skip_ > 0) {
        --skip_;
        return options_.lines == 0U && !options_.follow ? Step::end : Step::working;
    }
    // Records stored meanwhile are not among the last ones.
    if (!options_.follow && shown_ >= options_.lines.value_or(UINT64_MAX)) return Step::working;
    writer_.append(into, reader_.record());
    ++shown_;
    return step;
}

// Going backwards, the source has found that it cannot: reads all from the beginning instead.
void LogWalk::turn_forward() {
    reader_.go_forward();
    backward_ = false;
    stage_ = Stage::holding;
}

LogSource::Step LogWalk::hold() {
    using Step = LogSource::Step;
    if (backward_ && !in_section_) {
        if (!reader_.to_previous_section()) {
            if (source_.can_go_back() || shown_ > 0) return Step::end;
            turn_forward();
            return Step::working;
        }
        in_section_ = true;
    }
    const Step step = reader_.next();
    if (step == Step::end) {
        in_section_ = false;
        stage_ = Stage::giving;
        return Step::working;
    }
    if (step != Step::record) return step;
    any_matched_ = true;
    std::string text;
    writer_.append(text, reader_.record());
    held_bytes_ += text.size();
    held_.push_back(std::move(text));
    if (options_.lines && held_.size() > *options_.lines) {
        held_bytes_ -= held_.front().size();
        held_.pop_front();
    }
    if (held_bytes_ > MOST_HELD) {
        trouble_ = _("too much must be kept in memory to show it in this order");
        return Step::failed;
    }
    return Step::working;
}

LogSource::Step LogWalk::give(std::string& into) {
    using Step = LogSource::Step;
    if (held_.empty()) {
        held_bytes_ = 0;
        if (!backward_) return Step::end;
        stage_ = Stage::holding;
        return Step::working;
    }
    if (options_.reverse) {
        into += held_.back();
        held_.pop_back();
    } else {
        into += held_.front();
        held_.pop_front();
    }
    ++shown_;
    return Step::record;
}

}  // namespace hark
