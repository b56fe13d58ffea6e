// From bytes to records: what of them is a message.
#include "common/protocol/bye.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/connection/connection_context.hpp"

#include <cstring>
#include <utility>

namespace hark {

namespace {

// A peer that negotiates without end and never reads is not answered any more.
constexpr std::size_t MAX_UNSENT = 4096;

class CharsetBorder final : public CutPoint {
   public:
    CharsetBorder(CharsetDecoder& decoder, CharsetMode mode, const Proof& proof) noexcept
        : decoder_{decoder}, mode_{mode}, proof_{proof} {}

    [[nodiscard]] std::size_t cut(std::string_view bytes) noexcept override {
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
        default:
            return Evidence::cut;
    }
}

}  // namespace

void Connection::take(std::span<char> data) noexcept {
    if (!telnet_.idle(data)) {
        std::string answers;
        std::uint64_t dropped = 0;
        // One byte more than was read is there to be used: a held back IAC may turn out to be data.
        const std::span<char> buffer{data.data(), data.size() + 1};
        data = buffer.first(telnet_.filter(buffer, data.size(), answers, dropped));
        discarded_ += dropped;
        context_.counters.discarded += dropped;
        if (!answers.empty() && outbox().lines().size() < MAX_UNSENT) {
            outbox().lines().append(answers);
            owe(Answer::Kind::wake);
        }
    }
    if (data.empty()) return;
    const bool judging = first_size_ > 0 || (undecided_ && context_.limits.detect_probes);
    if (judging && !judge_first_bytes(data)) return;
    cut({data.data(), data.size()});
}

bool Connection::judge_first_bytes(std::span<char>& data) noexcept {
    if (first_size_ > 0) {
        // Those that waited come before the new ones, where there is room for them.
        char* const begin = data.data() - first_size_;
        std::memcpy(begin, first_bytes_.data(), first_size_);
        data = {begin, data.size() + first_size_};
        first_size_ = 0;
    }
    const std::string_view text{data.data(), data.size()};
    // Behind an earlier read's bytes nothing new can be the beginning.
    if (cutter_.pending()) return true;
    const ProbeResult result = probe(text);
    switch (result.verdict) {
        case ProbeVerdict::no:
            return true;
        case ProbeVerdict::yes:
            reject(text, result.protocol);
            return false;
        case ProbeVerdict::maybe:
            break;
    }
    std::memcpy(first_bytes_.data(), text.data(), text.size());
    first_size_ = static_cast<std::uint8_t>(text.size());
    return false;
}

void Connection::cut(std::string_view data) noexcept {
    CharsetBorder border{context_.decoder, charset_mode_, proof_};
    {
        MessageCutter::Reading reading{cutter_, data, border};
        for (Piece piece; reading.next(piece);) {
            if (!handle(piece)) {
                discard(reading.unread());
                return;
            }
        }
        if (reading.pending_is_new()) message_begun_ = last_read_;
    }
    if (outbox_ != nullptr && !outbox_->blocked() && !cutter_.holds_answers()) {
        owe(Answer::Kind::wake);
    }
}

void Connection::acquit_first_bytes() noexcept {
    if (first_size_ == 0) return;
    undecided_ = false;
    const std::array<char, MAX_UNDECIDED> bytes = first_bytes_;
    cut({bytes.data(), std::exchange(first_size_, std::uint8_t{0})});
}

// The pending message is taken as it is.
void Connection::flush(End end) noexcept {
    acquit_first_bytes();
    if (state_ != State::open) return;
    if ((end != End::quiet || cutter_.pending()) && telnet_.take_dangling()) cut("\xFF");
    Piece piece;
    const bool taken = cutter_.flush(end, piece);
    if (taken) static_cast<void>(handle(piece));
    if (!taken && outbox_ != nullptr && !outbox_->blocked()) flush_outbox();
}

bool Connection::handle(const Piece& piece) noexcept {
    if (undecided_) {
        undecided_ = false;
        if (context_.limits.detect_probes) {
            const ProbeResult result = probe(piece.bytes);
            if (result.verdict == ProbeVerdict::yes) {
                reject(piece.bytes, result.protocol);
                return false;
            }
        }
    }
    std::string_view text = piece.bytes;
    if (piece.first && piece.last) {
        if (text.empty()) {
            owe(Answer::Kind::empty);
            return true;
        }
        if (is_bye(text)) {
            begin_close(Reason::bye);
            return false;
        }
        if (is_escaped_bye(text)) text.remove_prefix(1);
    }
    record(piece, text);
    return true;
}

void Connection::record(const Piece& piece, std::string_view text) noexcept {
    if (piece.first) {
        ++messages_;
        part_ = 0;
        some_as_bytes_ = false;
    }
    if (!piece.first || !piece.last) ++part_;
    const Decoded decoded =
        context_.decoder.decode(text, piece.first ? Place::beginning : Place::middle, charset_mode_,
                                evidence_of(piece.end), proof_);
    some_as_bytes_ = some_as_bytes_ || decoded.charset == Charset::bytes;

    const Content content{.message = messages_,
                          .part = part_,
                          .more = !piece.last,
                          .text = decoded.text,
                          .charset = decoded.charset,
                          .bytes = piece.bytes.size(),
                          .raw = piece.bytes,
                          .exact = decoded.exact && text.size() == piece.bytes.size(),
                          .end = piece.end};
    const std::uint64_t number = context_.log.append({.event = Event::message,
                                                      .time = last_read_wall_,
                                                      .connection = number_,
                                                      .peer = context_.peer_text.of(peer_, number_),
                                                      .content = &content});
    if (!piece.last) return;
    ++context_.counters.messages;
    if (some_as_bytes_) {
        ++context_.counters.kept_as_bytes;
    } else if (decoded.charset == Charset::gb18030) {
        ++context_.counters.in_gb18030;
    }
    context_.answers.owe(*this,
                         some_as_bytes_ ? Answer::Kind::stored_as_bytes : Answer::Kind::stored,
                         number, messages_);
}

// The peer speaks another protocol.
void Connection::reject(std::string_view first_bytes, Protocol protocol) noexcept {
    ++context_.counters.probes;
    probed_ = protocol;
    const std::string_view kept = first_bytes.substr(0, MessageCutter::CAPACITY);
    const Decoded decoded =
        context_.decoder.decode(kept, Place::beginning, charset_mode_, Evidence::cut, proof_);
    const Content content{.text = decoded.text,
                          .charset = decoded.charset,
                          .bytes = kept.size(),
                          .raw = kept,
                          .exact = decoded.exact};
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
