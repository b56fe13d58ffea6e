// Renders replies: a line for each, one line for many while the peer is not reading, or the bytes
// that a device expects.
#include "common/protocol/reply.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/connection/connection_context.hpp"

#include <algorithm>

namespace hark {

// Acknowledges each message by itself, at once, and sends nothing else.
void Connection::deliver_acks(std::span<const PendingReply> batch, const RefusedRecords* refusal) {
    for (const PendingReply& reply : batch) {
        if (PendingReply::is_numbered(reply.kind) && refusal != nullptr) {
            // For messages that are in one of the logs, a device must get neither.
            const std::uint64_t end = reply.record + reply.count;
            const std::uint64_t begin = std::max(reply.record, refusal->in_some_log + 1);
            if (begin < end) outbox().repeat(profile_.nak, end - begin);
        } else if (PendingReply::is_numbered(reply.kind) ||
                   reply.kind == PendingReply::Kind::empty) {
            outbox().repeat(profile_.ack, reply.count);
        }
    }
    if (outbox_ != nullptr && !outbox_->blocked()) flush_outbox();
}

// The peer is not reading: merges what fits into one line.
void Connection::merge_reply(const PendingReply& reply, const RefusedRecords* refusal) {
    if (PendingReply::is_numbered(reply.kind) && refusal == nullptr) {
        outbox_->merge(reply.message, reply.message + reply.count - 1,
                       reply.kind == PendingReply::Kind::stored_as_bytes);
    } else if (reply.kind == PendingReply::Kind::empty) {
        outbox_->merge(0, 0, false);
    } else {
        context_.output.clear();
        append_reply(context_.output, reply, refusal);
        outbox_->append_last_words(context_.output);
    }
}

void Connection::append_reply(std::string& into, const PendingReply& reply,
                              const RefusedRecords* refusal) {
    switch (reply.kind) {
        case PendingReply::Kind::stored:
        case PendingReply::Kind::stored_as_bytes:
            if (refusal != nullptr) {
                reply::append_not_stored(into, reply.message, reply.message + reply.count - 1,
                                         refusal->reason);
                break;
            }
            for (std::uint32_t index = 0; index < reply.count; ++index) {
                reply::append_stored(into, reply.message + index,
                                     reply.kind == PendingReply::Kind::stored_as_bytes);
            }
            break;
        case PendingReply::Kind::empty:
            for (std::uint32_t index = 0; index < reply.count; ++index) {
                reply::append_empty(into);
            }
            break;
        case PendingReply::Kind::wake:
            break;
        case PendingReply::Kind::farewell:
            append_farewell(into);
            break;
    }
}

void Connection::append_farewell(std::string& into) {
    switch (reason_) {
        case Reason::bye:
            reply::append_bye(into, messages_);
            break;
        case Reason::idle:
            reply::append_ended(into, "idle");
            break;
        case Reason::restart:
            reply::append_ended(into, "restarting");
            break;
        case Reason::shutdown:
            reply::append_ended(into, "shutting down");
            break;
        case Reason::kicked:
            if (const std::string& line = context_.kicks[number_].last_words; !line.empty()) {
                into.append(line);
            } else {
                reply::append_ended(into, "kicked");
            }
            break;
        case Reason::frame:
            reply::append_ended(into, "bad frame");
            break;
        case Reason::probe:
            reply::append_ended(into, std::string{"not this protocol: "}.append(name(probed_)));
            break;
        case Reason::eof:
        case Reason::reset:
        case Reason::timeout:
        case Reason::error:
            break;
    }
}

}  // namespace hark
