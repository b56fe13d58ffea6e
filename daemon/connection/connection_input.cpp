// From bytes to records: which bytes are messages.
#include "common/protocol/bye.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/connection/connection_context.hpp"

#include <cstring>
#include <utility>

namespace hark {

namespace {

// A peer that negotiates without end and never reads gets no more replies.
constexpr std::size_t MAX_UNSENT = 4096;

class CharsetBorder final : public SplitPoint {
   public:
    CharsetBorder(CharsetDecoder& decoder, CharsetMode mode, const Proof& proof) noexcept
        : decoder_{decoder}, mode_{mode}, proof_{proof} {}

    [[nodiscard]] std::size_t find(std::string_view bytes) noexcept override {
        return decoder_.cut(bytes, mode_, proof_);
    }

   private:
    CharsetDecoder& decoder_;
    CharsetMode mode_;
    const Proof& proof_;
};

Evidence evidence_of(End end) noexcept {
    switch (end) {
        case End::lf:
        case End::nul:
        case End::cr:
            return Evidence::whole;
        case End::quiet:
        case End::chunk:
            return Evidence::tail;
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

}  // namespace

void Connection::take(std::span<char> data) noexcept {
    if (!telnet_.idle(data)) {
        std::string replies;
        std::uint64_t dropped = 0;
        // One byte more than was read is there to be used: a held back IAC may turn out to be data.
        const std::span<char> buffer{data.data(), data.size() + 1};
        data = buffer.first(telnet_.filter(buffer, data.size(), replies, dropped));
        discarded_ += dropped;
        context_.counters.discarded += dropped;
        if (!replies.empty() && outbox().lines().size() < MAX_UNSENT) {
            outbox().lines().append(replies);
            enqueue_reply(PendingReply::Kind::wake);
        }
    }
    if (data.empty()) return;
    const bool sniffing = held_size_ > 0 || (undecided_ && context_.limits.detect_probes);
    if (sniffing && sniff(data) == Sniffed::withheld) return;
    feed({data.data(), data.size()});
}

Connection::Sniffed Connection::sniff(std::span<char>& data) noexcept {
    if (held_size_ > 0) {
        // Those that waited come before the new ones, where there is room for them.
        char* const begin = data.data() - held_size_;
        std::memcpy(begin, held_bytes_.data(), held_size_);
        data = {begin, data.size() + held_size_};
        held_size_ = 0;
    }
    const std::string_view text{data.data(), data.size()};
    // Behind an earlier read's bytes nothing new can be the beginning.
    if (framer_.pending()) return Sniffed::text;
    const SniffResult result = sniff_protocol(text);
    switch (result.verdict) {
        case SniffVerdict::no:
            return Sniffed::text;
        case SniffVerdict::yes:
            reject(text, result.protocol);
            return Sniffed::withheld;
        case SniffVerdict::maybe:
            break;
    }
    std::memcpy(held_bytes_.data(), text.data(), text.size());
    held_size_ = static_cast<std::uint8_t>(text.size());
    return Sniffed::withheld;
}

void Connection::feed(std::string_view data) noexcept {
    CharsetBorder border{context_.decoder, charset_mode_, proof_};
    const Framer::Fed fed =
        framer_.feed(data, border, [this](const Frame& frame) { return handle(frame); });
    if (fed.verdict == FrameVerdict::stop) {
        discard(fed.unread);
        return;
    }
    if (fed.pending_is_new) message_begun_ = last_read_;
    if (outbox_ != nullptr && !outbox_->blocked() && !framer_.holds_replies()) {
        enqueue_reply(PendingReply::Kind::wake);
    }
}

void Connection::release_held_bytes() noexcept {
    if (held_size_ == 0) return;
    undecided_ = false;
    const std::array<char, MAX_UNDECIDED> bytes = held_bytes_;
    feed({bytes.data(), std::exchange(held_size_, std::uint8_t{0})});
}

// Takes the pending message as it is.
void Connection::flush(End end) noexcept {
    release_held_bytes();
    if (!receives()) return;
    if ((end != End::quiet || framer_.pending()) && telnet_.take_dangling()) feed("\xFF");
    Frame frame;
    const bool taken = framer_.flush(end, frame);
    if (taken) static_cast<void>(handle(frame));
    if (!taken && outbox_ != nullptr && !outbox_->blocked()) flush_outbox();
}

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
    std::string_view text = frame.bytes;
    if (frame.first && frame.last) {
        if (text.empty()) {
            enqueue_reply(PendingReply::Kind::empty);
            return FrameVerdict::next;
        }
        if (is_bye(text)) {
            begin_close(Reason::bye);
            return FrameVerdict::stop;
        }
        if (is_escaped_bye(text)) text.remove_prefix(1);
    }
    record(frame, text);
    return FrameVerdict::next;
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

    const Content content{.message = messages_,
                          .part = part_,
                          .more = !frame.last,
                          .text = decoded.text,
                          .charset = decoded.charset,
                          .bytes = decoded.bytes.size(),
                          .raw = decoded.bytes,
                          .exact = decoded.exact,
                          .intact = decoded.intact,
                          .end = frame.end};
    const std::uint64_t number = context_.log.append({.event = Event::message,
                                                      .time = last_read_wall_,
                                                      .connection = number_,
                                                      .peer = context_.peer_text.of(peer_, number_),
                                                      .content = &content});
    if (!frame.last) return;
    ++context_.counters.messages;
    if (some_as_bytes_) {
        ++context_.counters.kept_as_bytes;
    } else if (decoded.text.data() != decoded.bytes.data()) {
        // UTF-8 is not copied.
        context_.counters.note_charset(decoded.charset);
    }
    context_.replies.enqueue(
        *this, some_as_bytes_ ? PendingReply::Kind::stored_as_bytes : PendingReply::Kind::stored,
        number, messages_);
}

// The peer speaks another protocol.
void Connection::reject(std::string_view first_bytes, Protocol protocol) noexcept {
    ++context_.counters.probes;
    probed_ = protocol;
    const std::string_view kept = first_bytes.substr(0, FRAME_CAPACITY);
    const Decoded decoded =
        context_.decoder.decode(kept, Place::beginning, charset_mode_, Evidence::cut, proof_);
    const Content content{.text = decoded.text,
                          .charset = decoded.charset,
                          .bytes = decoded.bytes.size(),
                          .raw = decoded.bytes,
                          .exact = decoded.exact,
                          .intact = decoded.intact};
    context_.log.append({.event = Event::probe,
                         .time = context_.loop.wall_now(),
                         .connection = number_,
                         .peer = context_.peer_text.of(peer_, number_),
                         .content = &content});
    discard(first_bytes.size() - kept.size());
    begin_close(Reason::probe);
}

void Connection::discard(std::size_t bytes) noexcept {
    discarded_ += bytes;
    context_.counters.discarded += bytes;
}

}  // namespace hark
