// From frames to records: which frames are messages, and which are answered.
#include "common/protocol/bye.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/connection/connection_context.hpp"

#include <optional>
#include <string_view>

namespace hark {

namespace {

Evidence evidence_of(End end) noexcept {
    switch (end) {
        case End::lf:
        case End::nul:
        case End::cr:
        case End::delimiter:
        case End::counted:
        case End::length:
            return Evidence::whole;
        case End::quiet:
        case End::chunk:
        case End::stray:
            return Evidence::tail;
        case End::frame:
        case End::full:
        case End::eof:
        case End::reset:
        case End::timeout:
        case End::shutdown:
        case End::kicked:
            break;
    }
    return Evidence::cut;
}

// What a record says about some bytes, except for their place in the conversation.
Content content_of(const Decoded& decoded) noexcept {
    return {.text = decoded.text,
            .charset = decoded.charset,
            .bytes = decoded.bytes.size(),
            .raw = decoded.bytes,
            .exact = decoded.exact,
            .intact = decoded.intact};
}

}  // namespace

FrameVerdict Connection::handle(const Frame& frame) noexcept {
    if (undecided_) {
        undecided_ = false;
        if (context_.limits.detect_probes) {
            const SniffResult result = sniff_protocol(frame.bytes);
            if (result.verdict == SniffVerdict::yes) {
                reject(frame.bytes, result.protocol);
                return FrameVerdict::stop;
            }
        }
    }
    if (frame.end == End::frame) {
        if (!frame.bytes.empty() || !frame.first) record(frame, frame.bytes);
        begin_close(Reason::frame);
        return FrameVerdict::stop;
    }
    std::string_view text = frame.bytes;
    if (frame.first && frame.last) {
        if (text.empty()) {
            enqueue_reply(PendingReply::Kind::empty);
            return FrameVerdict::next;
        }
        if (may_be_bye(text) || framer_state_.unit != CodeUnit::byte) {
            const std::optional<std::string_view> unescaped = unescape(text);
            if (!unescaped) {
                begin_close(Reason::bye);
                return FrameVerdict::stop;
            }
            text = *unescaped;
        }
    }
    record(frame, text);
    return FrameVerdict::next;
}

std::optional<std::string_view> Connection::unescape(std::string_view bytes) noexcept {
    // `bye` is compared with the text, which is ASCII bytes in every charset except UTF-16.
    const bool wide = framer().unit() != CodeUnit::byte;
    const std::string_view text =
        wide ? context_.decoder.decode(bytes, Place::middle, charset_mode_, Evidence::cut, proof_)
                   .text
             : bytes;
    if (is_bye(text)) {
        if (profile_.replies == ReplyMode::text) return std::nullopt;
    } else if (is_escaped_bye(text)) {
        bytes.remove_prefix(wide ? 2 : 1);
    }
    return bytes;
}

void Connection::record(const Frame& frame, std::string_view text) noexcept {
    if (frame.first) {
        ++messages_;
        part_ = 0;
        some_as_bytes_ = false;
    }
    if (!frame.first || !frame.last) ++part_;
    const Decoded decoded =
        context_.decoder.decode(text, frame.first ? Place::beginning : Place::middle, charset_mode_,
                                evidence_of(frame.end), proof_);
    some_as_bytes_ = some_as_bytes_ || !decoded.intact;

    Content content = content_of(decoded);
    content.message = messages_;
    content.part = part_;
    content.more = !frame.last;
    content.end = frame.end;
    const std::uint64_t number =
        context_.log.append({.event = Event::message,
                             .time = last_read_wall_,
                             .connection = number_,
                             .peer = context_.peer_text.of(peer_, number_, stream_.identity()),
                             .content = &content});
    if (!frame.last) return;
    ++context_.counters.messages;
    if (some_as_bytes_) {
        ++context_.counters.kept_as_bytes;
    } else if (decoded.text.data() != decoded.bytes.data()) {
        // Only text that is not UTF-8 is copied.
        context_.counters.note_charset(decoded.charset);
    }
    if (!is_answered(frame.end)) return;
    context_.replies.enqueue(
        *this, some_as_bytes_ ? PendingReply::Kind::stored_as_bytes : PendingReply::Kind::stored,
        number, messages_);
}

// A bad frame gets `421 bad frame` instead. A device that waits for the acknowledgement of its next
// message would mistake that of a stray for it.
bool Connection::is_answered(End end) const noexcept {
    if (end == End::frame) return false;
    return profile_.replies != ReplyMode::ack || (end != End::stray && end != End::timeout);
}

// The peer speaks another protocol.
void Connection::reject(std::string_view first_bytes, Protocol protocol) noexcept {
    ++context_.counters.probes;
    probed_ = protocol;
    const std::string_view kept = first_bytes.substr(0, FRAME_CAPACITY);
    const Decoded decoded =
        context_.decoder.decode(kept, Place::beginning, charset_mode_, Evidence::cut, proof_);
    const Content content = content_of(decoded);
    context_.log.append({.event = Event::probe,
                         .time = context_.loop.wall_now(),
                         .connection = number_,
                         .peer = context_.peer_text.of(peer_, number_, stream_.identity()),
                         .content = &content});
    discard(first_bytes.size() - kept.size());
    begin_close(Reason::probe);
}

}  // namespace hark
