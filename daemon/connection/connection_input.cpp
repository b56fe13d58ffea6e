// From bytes to records: which bytes are messages.
#include "common/protocol/bye.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/connection/connection_context.hpp"

#include <algorithm>
#include <cstring>
#include <string>
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

}  // namespace

void Connection::take(std::span<char> data) noexcept {
    TimePoint held_since = last_read_;
    if (held_ != nullptr) {
        // What was held back comes before the new bytes, where there is room for it.
        const std::string& bytes = held_->bytes;
        data = {data.data() - bytes.size(), data.size() + bytes.size()};
        std::memcpy(data.data(), bytes.data(), bytes.size());
        held_since = held_->since;
        held_.reset();
    }
    if (undecided_ && sniff(data) == Sniffed::withheld) return;
    if (!TelnetFilter::idle(data) && speaks_telnet()) strip_telnet(data, held_since);
    if (!data.empty()) feed(data);
}

void Connection::hold(std::span<const char> data, TimePoint since) noexcept {
    held_ = std::make_unique<HeldInput>(
        HeldInput{.bytes = std::string{data.data(), data.size()}, .since = since});
    if (!framer().pending()) message_begun_ = since;
}

Connection::Sniffed Connection::sniff(std::span<char>& data) noexcept {
    // Behind an earlier read's bytes nothing new can be the beginning.
    if (framer().pending()) return Sniffed::text;
    if (bytes_ == data.size() && sniff_mark(data) == Sniffed::withheld) return Sniffed::withheld;
    if (!undecided_ || !context_.limits.detect_probes) return Sniffed::text;
    const std::string_view text{data.data(), data.size()};
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
    hold(data, last_read_);
    return Sniffed::withheld;
}

Connection::Sniffed Connection::sniff_mark(std::span<char>& data) noexcept {
    if (profile_.framing.framing == Framing::chunk) return Sniffed::text;
    const std::string_view text{data.data(), data.size()};
    for (const CharsetMode mode : {CharsetMode::utf16le, CharsetMode::utf16be}) {
        if (charset_mode_ != CharsetMode::automatic && charset_mode_ != mode) continue;
        const std::string_view mark = mode == CharsetMode::utf16le ? "\xFF\xFE" : "\xFE\xFF";
        if (text.starts_with(mark)) {
            read_utf16(mode);
            undecided_ = false;
            data = data.subspan(mark.size());
            return data.empty() ? Sniffed::withheld : Sniffed::text;
        }
        if (mark.starts_with(text)) {
            hold(data, last_read_);
            return Sniffed::withheld;
        }
    }
    return Sniffed::text;
}

void Connection::read_utf16(CharsetMode mode) noexcept {
    charset_mode_ = mode;
    framer().set_unit(mode == CharsetMode::utf16le ? CodeUnit::utf16le : CodeUnit::utf16be);
}

// In binary frames and in UTF-16 0xFF cannot be told from telnet.
bool Connection::speaks_telnet() noexcept {
    return profile_.telnet && profile_.framing.framing != Framing::counted &&
           profile_.framing.framing != Framing::length && framer().unit() == CodeUnit::byte;
}

void Connection::strip_telnet(std::span<char>& data, TimePoint held_since) noexcept {
    std::string replies;
    TelnetFilter telnet{telnet_shown_};
    const TelnetFilter::Filtered filtered = telnet.filter(data, replies);
    telnet_shown_ = telnet.shown();
    discard(filtered.discarded);
    if (!replies.empty() && profile_.replies == ReplyMode::text &&
        outbox().lines().size() < MAX_UNSENT) {
        outbox().lines().append(replies);
        enqueue_reply(PendingReply::Kind::wake);
    }
    const std::span<char> held = data.last(filtered.held);
    data = data.first(filtered.text);
    if (held.empty()) return;
    if (profile_.framing.framing == Framing::chunk && !data.empty() &&
        !telnet.is_subnegotiation({held.data(), held.size()})) {
        // The message ends with this read, whatever comes in the next one.
        std::memmove(data.data() + data.size(), held.data(), held.size());
        data = {data.data(), data.size() + held.size()};
        return;
    }
    const bool same = data.empty() && filtered.discarded == 0;
    hold(held, same ? held_since : last_read_);
}

void Connection::feed(std::span<char> data) noexcept {
    CharsetBorder border{context_.decoder, charset_mode_, proof_};
    const Framer::Fed fed =
        framer().feed(data, border, [this](const Frame& frame) { return handle(frame); });
    if (fed.verdict == FrameVerdict::stop) {
        discard(fed.unread);
        if (held_ != nullptr) discard(held_->bytes.size());
        held_.reset();
        return;
    }
    if (fed.pending_is_new) message_begun_ = last_read_;
    if (outbox_ != nullptr && !outbox_->blocked() && !framer().holds_replies()) {
        enqueue_reply(PendingReply::Kind::wake);
    }
}

void Connection::release_held() noexcept {
    if (held_ == nullptr) return;
    undecided_ = false;
    const std::string bytes = std::move(held_->bytes);
    held_.reset();
    char* const into = context_.input.data() + ConnectionContext::HEADROOM;
    std::copy(bytes.begin(), bytes.end(), into);
    feed({into, bytes.size()});
}

// Takes the pending message as it is.
void Connection::flush(End end) noexcept {
    release_held();
    if (!receives()) return;
    CharsetBorder border{context_.decoder, charset_mode_, proof_};
    const std::optional<Framer::Fed> flushed =
        framer().flush(end, border, [this](const Frame& frame) { return handle(frame); });
    if (flushed) {
        discard(flushed->unread);
    } else if (outbox_ != nullptr && !outbox_->blocked()) {
        flush_outbox();
    }
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
    // `bye` is judged on the text, which is ASCII's bytes in every charset but UTF-16.
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
    if (!is_answered(frame.end)) return;
    context_.replies.enqueue(
        *this, some_as_bytes_ ? PendingReply::Kind::stored_as_bytes : PendingReply::Kind::stored,
        number, messages_);
}

// `421 bad frame` answers what is no frame. A device that waits for the acknowledgement of its next
// message would take one of a stray for that.
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
