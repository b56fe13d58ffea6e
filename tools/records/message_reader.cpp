#include "tools/records/message_reader.hpp"

#include <utility>

namespace hark {

LogSource::Step MessageReader::next() {
    using Step = LogSource::Step;
    // Non-matching records are skipped here, at most as many as a source gives at once.
    constexpr int MOST = 1024;
    for (int i = 0; i < MOST; ++i) {
        if (!joiner_.empty() && take_ended()) return Step::record;
        if (std::exchange(pending_, false)) {
            if (take(read_)) return Step::record;
            continue;
        }
        if (at_end_ && !follow_) return Step::end;
        source_.want_ends(!joiner_.empty());
        const Step step = source_.next(read_);
        if (step == Step::end && (in_section_ || !follow_) && !std::exchange(at_end_, true)) {
            // Messages that begin in sections still to be read may go on there, too.
            const bool wants_rest = in_section_ ? newest_section_ : !joiner_.empty();
            if (wants_rest && !std::exchange(has_read_on_, true)) at_end_ = !source_.read_on();
            if (at_end_) joiner_.end_all();
            continue;
        }
        if (step != Step::record) return step;
        if (joiner_.empty() && !read_.has(Key::part) && !read_.has(Key::more)) {
            if (!filter_.matches(read_)) continue;
            record_ = &read_;
            return Step::record;
        }
        joiner_.end_before(read_, source_.has_one_writer());
        pending_ = true;
    }
    return Step::working;
}

bool MessageReader::take_ended() {
    while (const LogRecord* const ended = joiner_.take_ended()) {
        record_ = ended;
        if (matches(*ended)) return true;
    }
    return false;
}

bool MessageReader::take(const LogRecord& record) {
    if (!sought_earlier_ && joiner_.misses_earlier(record)) {
        sought_earlier_ = true;
        MessageJoiner earlier;
        const bool one_writer = source_.has_one_writer();
        source_.read_parts_before([&earlier, one_writer](const LogRecord& part) {
            earlier.end_before(part, one_writer);
            static_cast<void>(earlier.add(part));
            while (earlier.take_ended() != nullptr) {
            }
        });
        joiner_.begin_with(std::move(earlier));
    }
    record_ = joiner_.add(record);
    return record_ != nullptr && matches(*record_);
}

bool MessageReader::matches(const LogRecord& record) {
    any_pieces_ = any_pieces_ || (record.is_message() && record.has(Key::part));
    return filter_.matches(record);
}

bool MessageReader::to_previous_section() {
    if (!source_.to_previous_section()) return false;
    joiner_.begin_section();
    pending_ = sought_earlier_ = has_read_on_ = at_end_ = false;
    newest_section_ = !std::exchange(in_section_, true);
    return true;
}

void MessageReader::go_forward() {
    filter_.forget_given_up();
    source_.go_forward();
    joiner_.clear();
    pending_ = sought_earlier_ = has_read_on_ = at_end_ = in_section_ = false;
}

}  // namespace hark
