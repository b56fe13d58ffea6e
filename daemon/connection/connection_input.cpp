// From bytes to frames: which bytes are not text (a probe, a mark, telnet), and where messages end.
#include "daemon/connection/connection.hpp"
#include "daemon/connection/connection_context.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace hark {

namespace {

// Limits replies to a peer that keeps negotiating and never reads.
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

}  // namespace

void Connection::take(std::span<char> data) noexcept {
    TimePoint begun = last_read_;  // when the first of these bytes came
    if (holds_input_) {
        // Held input goes in front of the new bytes, where there is room for it.
        const auto [bytes, since] = take_held();
        data = {data.data() - bytes.size(), data.size() + bytes.size()};
        std::memcpy(data.data(), bytes.data(), bytes.size());
        begun = since;
    }
    if (undecided_ && sniff(data, begun) == Sniffed::withheld) return;
    if (!TelnetFilter::idle(data) && speaks_telnet()) strip_telnet(data, begun);
    if (!data.empty()) feed(data, begun);
}

void Connection::hold(std::span<const char> data, TimePoint since) noexcept {
    holds_input_ = true;
    context_.held_inputs.insert_or_assign(
        number_, HeldInput{.bytes = std::string{data.data(), data.size()}, .since = since});
}

HeldInput& Connection::held() noexcept {
    return context_.held_inputs.find(number_)->second;
}

HeldInput Connection::take_held() noexcept {
    holds_input_ = false;
    return std::move(context_.held_inputs.extract(number_).mapped());
}

Connection::Sniffed Connection::sniff(std::span<char>& data, TimePoint begun) noexcept {
    // After an earlier read's pending bytes, nothing new can be the beginning.
    if (framer().pending()) return Sniffed::text;
    if (bytes_ == data.size() && sniff_mark(data, begun) == Sniffed::withheld) {
        return Sniffed::withheld;
    }
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
    hold(data, begun);
    return Sniffed::withheld;
}

Connection::Sniffed Connection::sniff_mark(std::span<char>& data, TimePoint begun) noexcept {
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
            hold(data, begun);
            return Sniffed::withheld;
        }
    }
    return Sniffed::text;
}

void Connection::read_utf16(CharsetMode mode) noexcept {
    charset_mode_ = mode;
    framer().set_unit(mode == CharsetMode::utf16le ? CodeUnit::utf16le : CodeUnit::utf16be);
}

// In binary frames and in UTF-16, 0xFF cannot be distinguished from telnet.
bool Connection::speaks_telnet() noexcept {
    return profile_.telnet && profile_.framing.framing != Framing::counted &&
           profile_.framing.framing != Framing::length && framer().unit() == CodeUnit::byte;
}

void Connection::strip_telnet(std::span<char>& data, TimePoint& begun) noexcept {
    std::string replies;
    TelnetFilter telnet{telnet_shown_};
    const TelnetFilter::Filtered filtered = telnet.filter(data, replies);
    telnet_shown_ = telnet.shown();
    discard(filtered.discarded);
    if (filtered.discarded > 0) {
        begun = last_read_;
        undecided_ = false;  // what comes next is not the connection's first input
    }
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
    hold(held, data.empty() ? begun : last_read_);
}

void Connection::feed(std::span<char> data, TimePoint begun, Pace pace) noexcept {
    CharsetBorder border{context_.decoder, charset_mode_, proof_};
    bool any_ended = false;
    const Framer::Fed fed = framer().feed(data, border, [&](const Frame& frame) {
        any_ended = any_ended || frame.last;
        const FrameVerdict verdict = handle(frame);
        if (!share_ || !frame.last || verdict == FrameVerdict::stop) return verdict;
        const bool goes_on = share_.take_message() || pace == Pace::at_once || !rates_apply();
        return goes_on ? verdict : FrameVerdict::later;
    });
    if (fed.verdict == FrameVerdict::later && fed.unread > 0) keep_unread(data.last(fed.unread));
    if (fed.verdict == FrameVerdict::stop) {
        discard(fed.unread);
        if (holds_input_) discard(take_held().bytes.size());
        return;
    }
    if (fed.pending_is_new) message_begun_ = any_ended ? last_read_ : begun;
    if (outbox_ != nullptr && !outbox_->blocked() && !framer().holds_replies()) {
        enqueue_reply(PendingReply::Kind::wake);
    }
}

// At once, since the bytes are few, and the caller must be done with the tail after this.
void Connection::release_held() noexcept {
    if (!holds_input_) return;
    undecided_ = false;
    const auto [bytes, since] = take_held();
    char* const into = context_.input.data() + ConnectionContext::HEADROOM;
    std::copy(bytes.begin(), bytes.end(), into);
    feed({into, bytes.size()}, since, Pace::at_once);
}

// Takes the pending message as it is.
void Connection::flush(End end) noexcept {
    release_held();
    if (!receives()) return;
    CharsetBorder border{context_.decoder, charset_mode_, proof_};
    const std::optional<Framer::Fed> flushed =
        framer().flush(end, border, [this](const Frame& frame) {
            if (share_ && frame.last) static_cast<void>(share_.take_message());
            return handle(frame);
        });
    if (flushed) {
        discard(flushed->unread);
    } else if (outbox_ != nullptr && !outbox_->blocked()) {
        flush_outbox();
    }
}

void Connection::discard(std::size_t bytes) noexcept {
    discarded_ += bytes;
    context_.counters.discarded += bytes;
}

}  // namespace hark
