// Pending replies, in the order in which messages were recorded, each with the record that must be
// stored before it may leave. Consecutive messages of a connection share one entry, so that a read
// of many lines costs one.
#pragma once

#include "common/loop/deferred_task.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace hark {

class Connection;
class EventLog;

struct PendingReply {
    enum class Kind : std::uint8_t {
        stored,           // 250 with a number
        stored_as_bytes,  // 251
        empty,            // 250 without a number
        wake,             // no reply: the connection checks whether it has something to send
        farewell,         // the connection's last line
    };

    // Whether replies of that kind are to messages, which have numbers.
    [[nodiscard]] static constexpr bool is_numbered(Kind kind) noexcept {
        return kind == Kind::stored || kind == Kind::stored_as_bytes;
    }

    Connection* to = nullptr;
    std::uint64_t record = 0;   // of the first message; the others follow it
    std::uint64_t message = 0;  // the first one's number
    std::uint32_t count = 1;    // messages
    Kind kind = Kind::stored;
};

// Messages that are not stored, and will not be.
struct RefusedRecords {
    std::string_view reason;
    std::uint64_t in_some_log = 0;  // records up to this one are in at least one log
};

class ReplyQueue {
   public:
    // Both must outlive the queue.
    ReplyQueue(EventLoop& loop, EventLog& log) noexcept;

    // `to` gets its reply once `record` is stored. It must live until the reply is delivered or
    // refused: Connection counts its pending replies.
    void enqueue(Connection& to, PendingReply::Kind kind, std::uint64_t record,
                 std::uint64_t message = 0);

    // Those that have not left, in order. put_back() appends one from another process.
    [[nodiscard]] std::span<const PendingReply> pending() const noexcept {
        return std::span{queue_}.subspan(head_);
    }
    void put_back(const PendingReply& reply);

    // The log has stored more: Stage::respond delivers what may leave, adjacent replies to one
    // connection in one call.
    void release_soon() noexcept { release_task_.schedule(); }

    // Delivers everything left, now: messages that are not stored get a reply that says so. Returns
    // whether there were any.
    bool refuse(const RefusedRecords& refused);

    [[nodiscard]] bool empty() const noexcept { return head_ == queue_.size(); }

   private:
    void release() noexcept;
    void deliver(std::uint64_t stored, const RefusedRecords* refusal);
    [[nodiscard]] static std::uint32_t ready(const PendingReply& reply,
                                             std::uint64_t stored) noexcept;

    EventLog& log_;
    DeferredTask release_task_;
    std::vector<PendingReply> queue_;
    std::size_t head_ = 0;             // the replies before it are delivered
    std::vector<PendingReply> batch_;  // of one connection, being delivered
};

}  // namespace hark
