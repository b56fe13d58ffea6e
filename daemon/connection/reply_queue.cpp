#include "daemon/connection/reply_queue.hpp"

#include "daemon/connection/connection.hpp"
#include "daemon/log/event_log.hpp"

#include <algorithm>

namespace hark {

AnswerQueue::AnswerQueue(EventLoop& loop, EventLog& log) noexcept
    : log_{log}, release_task_{loop, Stage::respond, method<&AnswerQueue::release>(*this)} {}

void AnswerQueue::owe(Connection& to, Answer::Kind kind, std::uint64_t record,
                      std::uint64_t message) {
    release_task_.schedule();
    if (!empty() && answers_.back().to == &to && answers_.back().kind == kind) {
        Answer& last = answers_.back();
        if (kind == Answer::Kind::wake) return;
        if (!Answer::is_numbered(kind) ||
            (record == last.record + last.count && message == last.message + last.count)) {
            ++last.count;
            return;
        }
    }
    to.note_owed();
    answers_.push_back({&to, record, message, 1, kind});
}

void AnswerQueue::release() noexcept {
    deliver(log_.stored(), nullptr);
}

bool AnswerQueue::refuse(std::string_view reason) {
    release();
    const bool any =
        std::any_of(answers_.begin() + static_cast<std::ptrdiff_t>(head_), answers_.end(),
                    [](const Answer& a) { return Answer::is_numbered(a.kind); });
    deliver(UINT64_MAX, &reason);
    return any;
}

// How many messages of `answer` are stored. An answer without a record of its own follows the
// record before it.
std::uint32_t AnswerQueue::ready(const Answer& answer, std::uint64_t stored) noexcept {
    if (answer.record > stored) return 0;
    if (!Answer::is_numbered(answer.kind)) return answer.count;
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(answer.count, stored - answer.record + 1));
}

void AnswerQueue::deliver(std::uint64_t stored, const std::string_view* refusal) {
    while (!empty()) {
        Connection& to = *answers_[head_].to;
        unsigned finished = 0;
        batch_.clear();
        while (!empty() && answers_[head_].to == &to) {
            Answer& next = answers_[head_];
            const std::uint32_t count = ready(next, stored);
            if (count == 0) break;
            batch_.push_back(next);
            batch_.back().count = count;
            if (count < next.count) {
                next.record += count;
                next.message += count;
                next.count -= count;
                break;
            }
            ++head_;
            ++finished;
        }
        if (batch_.empty()) {
            // While the log keeps some back for ever, what is delivered must go all the same.
            if (head_ > answers_.size() / 2) {
                answers_.erase(answers_.begin(),
                               answers_.begin() + static_cast<std::ptrdiff_t>(head_));
                head_ = 0;
            }
            return;
        }
        to.deliver(batch_, finished, refusal);
    }
    answers_.clear();
    head_ = 0;
}

}  // namespace hark
