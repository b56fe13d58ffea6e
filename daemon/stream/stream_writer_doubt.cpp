// What an answer to a batch means, and what the subject's last message says about it.
#include "common/nats/headers.hpp"
#include "daemon/stream/stream_writer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/core.h>

namespace hark {

namespace {

using namespace std::chrono_literals;

constexpr Duration FIRST_DELAY = 20ms;
constexpr Duration LAST_DELAY = 1s;
// How many acknowledgements without a sequence a batch may get before it gets a new id. Servers
// 2.10.14 to 2.10.29 send them for a message that is not stored, and may never be under that id.
constexpr std::uint32_t MAX_EMPTY_ANSWERS = 2;
// Between remarks on the same thing.
constexpr Duration REMARK_INTERVAL = 60s;
// What counts as a fast or a slow acknowledgement of a batch.
constexpr Duration FAST = 500ms;
constexpr Duration SLOW = 2s;
// A new acknowledgement weighs 1/AVERAGED in the moving average.
constexpr int AVERAGED = 8;

}  // namespace

void StreamWriter::take_acknowledgement(const nats::PublishAnswer& answer) noexcept {
    if (answer.error) {
        const unsigned number = answer.error->number;
        sequence_was_wrong_ =
            number == nats::WRONG_LAST_SEQUENCE || number == nats::WRONG_LAST_SEQUENCE_OF_ANY;
        // That alone is not trouble: reading back tells the sequence.
        doubt(sequence_was_wrong_
                  ? std::string{}
                  : fmt::format("stream {}: {}", config_.stream, answer.error->text));
    } else if (answer.stream != config_.stream) {
        doubt(fmt::format("{} belongs to stream {}, not to {}", config_.subject, answer.stream,
                          config_.stream));
    } else if (answer.sequence == 0) {
        ++empty_answers_;
        doubt({});
    } else if (answer.sequence <= (answer.is_duplicate ? batch_.after : sequence_)) {
        doubt(
            fmt::format("stream {} has acknowledged a batch with an old sequence", config_.stream));
    } else {
        set_stored(answer.sequence);
        go_on();
    }
}

void StreamWriter::doubt(std::string_view why) noexcept {
    settled_ = false;
    if (!why.empty()) note_trouble(why);
    // The connection may have been given up meanwhile: the next one begins with an inspection.
    if (phase_ == Phase::offline) return;
    // The stream itself may have changed, too.
    wait_for(Phase::inspecting, delay_);
    delay_ = std::clamp(delay_ * 2, FIRST_DELAY, LAST_DELAY);
    owner_.on_change();
}

void StreamWriter::take_last_message(const nats::StoredMessage& message) noexcept {
    if (message.error && message.error->number != nats::NO_MESSAGE_FOUND) {
        note_trouble(fmt::format("stream {}: {}", config_.stream, message.error->text));
        wait_for(Phase::inspecting, LAST_DELAY);
        return;
    }
    if (!message.error && message.subject != config_.subject) {
        note_trouble(
            fmt::format("stream {} answers with a message on {}", config_.stream, message.subject));
        wait_for(Phase::inspecting, LAST_DELAY);
        return;
    }
    const std::uint64_t sequence = message.error ? 0 : message.sequence;
    if (!is_known_) {
        learn_last_message(sequence, message.headers);
    } else {
        settle(sequence, message.headers);
    }
}

// The first time: goes on from whatever a predecessor has written.
void StreamWriter::learn_last_message(std::uint64_t sequence, std::string_view headers) noexcept {
    if (sequence != 0 && nats::find_header(headers, "Hark-Run").empty()) {
        refuse(
            fmt::format("subject {} has messages that harkd has not written: it must be for "
                        "this daemon alone",
                        config_.subject));
        return;
    }
    is_known_ = true;
    sequence_ = sequence;
    go_on();
}

void StreamWriter::settle(std::uint64_t sequence, std::string_view headers) noexcept {
    if (sequence > sequence_) {
        if (batch_.had_id(run_, nats::find_header(headers, "Nats-Msg-Id"))) {
            set_stored(sequence);
        } else {
            sequence_ = sequence;
            if (const std::string_view run = nats::find_header(headers, "Hark-Run"); run != run_) {
                note_other_writer(run);
            }
        }
    } else if (sequence < sequence_ && sequence_was_wrong_) {
        lower_sequence(sequence);
    }
    if (batch_.exists() && empty_answers_ >= MAX_EMPTY_ANSWERS) {
        ++batch_.renewals;
        empty_answers_ = 0;
    }
    go_on();
}

// The subject's last message is gone: purged, too old, or over a limit of the stream.
void StreamWriter::lower_sequence(std::uint64_t sequence) noexcept {
    // The remark becomes a record, too, which must not cause the next remark.
    if (lowered_ == TimePoint{} || loop_.now() - lowered_ >= REMARK_INTERVAL) {
        lowered_ = loop_.now();
        remark_ = fmt::format(
            "the last message on {} in stream {} was {} and is gone: records go on behind {}",
            config_.subject, config_.stream, sequence_, sequence);
    }
    sequence_ = sequence;
    batch_.after = std::min(batch_.after, sequence);
}

// The first of them may be a batch that a predecessor had in flight when it ended.
void StreamWriter::note_other_writer(std::string_view run) noexcept {
    const std::string writer =
        run.empty() ? std::string{"something other than harkd"} : fmt::format("run {}", run);
    if (++others_batches_ == 1) {
        remark_ = fmt::format("a batch of {} has come to {} in stream {}: records go on behind it",
                              writer, config_.subject, config_.stream);
        return;
    }
    const TimePoint now = loop_.now();
    const bool reported = others_batches_ > 2;
    if (reported && now - other_writer_reported_ < REMARK_INTERVAL) return;
    other_writer_reported_ = now;
    remark_ = fmt::format(
        "{} also writes to {} in stream {}: records of both are there, one behind the other, but "
        "each daemon needs a subject of its own",
        writer, config_.subject, config_.stream);
}

void StreamWriter::adapt_limit(Duration taken) noexcept {
    if (taken >= SLOW) {
        batch_limit_ = std::max(batch_limit_ / 2, SMALLEST_LIMIT);
    } else if (taken < FAST && batch_bytes_ > batch_limit_ / 2) {
        batch_limit_ *= 2;
    }
}

void StreamWriter::set_stored(std::uint64_t sequence) noexcept {
    const Duration taken = loop_.now() - published_;
    latency_ = batches_ == 0 ? taken : latency_ + (taken - latency_) / AVERAGED;
    ++batches_;
    adapt_limit(taken);
    // Another writer's message may have followed it, and have been read back.
    sequence_ = std::max(sequence_, sequence);
    batch_ = {};
    owner_.on_batch_stored();
}

// Goes on once the subject's last message is known.
void StreamWriter::go_on() noexcept {
    if (batch_.exists()) {
        ++retries_;
        enter(Phase::publishing);
        return;
    }
    trouble_.clear();
    refused_ = false;
    settled_ = true;
    sequence_was_wrong_ = false;
    if (next_config_) {
        config_ = *std::exchange(next_config_, std::nullopt);
        is_known_ = false;
        inspect();
        return;
    }
    if (loop_.now() - inspected_ >= INSPECTION_INTERVAL) {
        inspect();
        return;
    }
    enter(Phase::idle);
    owner_.on_change();
}

}  // namespace hark
