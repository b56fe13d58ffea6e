#include "daemon/connection/reply_queue.hpp"

#include "daemon/connection/connection.hpp"
#include "daemon/log/event_log.hpp"

#include <algorithm>

namespace hark {

ReplyQueue::ReplyQueue(EventLoop& loop, EventLog& log) noexcept
    : log_{log}, release_task_{loop, Stage::respond, method<&ReplyQueue::release>(*this)} {}

void ReplyQueue::enqueue(Connection& to, PendingReply::Kind kind, std::uint64_t record,
                         std::uint64_t message) {
    release_task_.schedule();
    if (!empty() && queue_.back().to == &to && queue_.back().kind == kind) {
        PendingReply& last = queue_.back();
        if (kind == PendingReply::Kind::wake) return;
        if (!PendingReply::is_numbered(kind) ||
            (record == last.record + last.count && message == last.message + last.count)) {
            ++last.count;
            return;
        }
    }
    to.add_pending_reply();
    queue_.push_back({&to, record, message, 1, kind});
}

void ReplyQueue::put_back(const PendingReply& reply) {
    reply.to->add_pending_reply();
    queue_.push_back(reply);
    release_task_.schedule();
}

void ReplyQueue::release() noexcept {
    deliver(log_.stored(), nullptr);
}

bool ReplyQueue::refuse(const RefusedRecords& refused) {
    release();
    const bool any =
        std::any_of(queue_.begin() + static_cast<std::ptrdiff_t>(head_), queue_.end(),
                    [](const PendingReply& each) { return PendingReply::is_numbered(each.kind); });
    deliver(UINT64_MAX, &refused);
    return any;
}

// How many messages of `reply` are stored. A reply without a record of its own follows the record
// before it.
std::uint32_t ReplyQueue::ready(const PendingReply& reply, std::uint64_t stored) noexcept {
    if (reply.record > stored) return 0;
    if (!PendingReply::is_numbered(reply.kind)) return reply.count;
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(reply.count, stored - reply.record + 1));
}

void ReplyQueue::deliver(std::uint64_t stored, const RefusedRecords* refusal) {
    while (!empty()) {
        Connection& to = *queue_[head_].to;
        unsigned finished = 0;
        batch_.clear();
        while (!empty() && queue_[head_].to == &to) {
            PendingReply& next = queue_[head_];
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
            // Drops delivered entries even if the log never stores the rest.
            if (head_ > queue_.size() / 2) {
                queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(head_));
                head_ = 0;
            }
            return;
        }
        to.deliver(batch_, finished, refusal);
    }
    queue_.clear();
    head_ = 0;
}

}  // namespace hark
