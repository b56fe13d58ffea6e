// From bytes to records.
#include "common/proto/bye.hpp"
#include "common/sys/calls.hpp"
#include "daemon/connection.hpp"
#include "daemon/connection_context.hpp"

#include <algorithm>
#include <cerrno>
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

bool Connection::read(int reads) noexcept {
    for (; reads > 0; --reads) {
        // What waits for the end of the round stays bounded, and everybody has his turn in it.
        EventLog& log = context_.log;
        if (state_ == State::open && log.write_is_due()) log.write();
        if (state_ == State::open && !log.accepting()) return false;
        if (!read_once() || state_ == State::retired || input_ended_) break;
    }
    return true;
}

// False when nothing more is there to be read now.
bool Connection::read_once() noexcept {
    char* const into = context_.input.data() + ConnectionContext::HEADROOM;
    const ssize_t count = sys::recv(socket_.get(), into, read_size());
    if (count > 0) {
        const auto size = static_cast<std::size_t>(count);
        bytes_ += size;
        context_.counters.bytes += size;
        if (state_ == State::open) {
            last_read_ = context_.clock.now();
            last_read_wall_ = context_.loop.wall_now();
            const std::uint64_t before = messages_;
            take({into, size});
            weigh(messages_ - before);
        } else {
            discard(size);
        }
        return true;
    }
    switch (count) {
        case -EAGAIN:
            break;
        case 0:
            // A send that failed has taken the error with it, and left only the end to be read.
            if (output_dead_) {
                end_of_input(End::reset, Reason::reset);
            } else {
                end_of_input(End::eof, Reason::eof);
            }
            break;
        case -ECONNRESET:
        case -EPIPE:
            output_dead_ = true;
            end_of_input(End::reset, Reason::reset);
            break;
        case -ETIMEDOUT:
        case -EHOSTUNREACH:
        case -ENETUNREACH:
            output_dead_ = true;
            end_of_input(End::reset, Reason::timeout);
            break;
        default:
            output_dead_ = true;
            end_of_input(End::reset, Reason::error);
            break;
    }
    return false;
}

std::size_t Connection::read_size() const noexcept {
    return ConnectionContext::READ_BYTES >> (2U * weight_);
}

void Connection::weigh(std::uint64_t messages_read) noexcept {
    constexpr std::uint64_t MANY = 256;
    constexpr std::uint64_t FEW = 64;
    constexpr std::size_t LEAST_BYTES = 1024;
    if (messages_read > MANY && read_size() > LEAST_BYTES) {
        ++weight_;
    } else if (messages_read < FEW && weight_ > 0) {
        --weight_;
    }
}

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

void Connection::end_of_input(End end, Reason reason) noexcept {
    input_ended_ = true;
    if (state_ == State::open) {
        flush(end);
        if (state_ == State::open) begin_close(reason);
    } else if (state_ == State::draining || output_dead_) {
        retire();
    }
    if (state_ != State::retired) update_interest();
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
