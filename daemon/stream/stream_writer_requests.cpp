// What is asked of a stream, when it is asked again, and the stream's description.
#include "common/nats/headers.hpp"
#include "daemon/stream/stream_rules.hpp"
#include "daemon/stream/stream_writer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/core.h>

namespace hark {

namespace {

using namespace std::chrono_literals;

constexpr Duration ACKNOWLEDGEMENT_TIMEOUT = 5s;
// A request that only reads is repeated after this; an answer to an earlier one still counts.
constexpr Duration REQUEST_TIMEOUT = 1s;
// After so many in a row, another server may do better: this one may be cut off from the others.
constexpr unsigned MAX_SILENCES = 4;
constexpr Duration RETRY_DELAY = 1s;
// After this long without success, another server may do better, even if this one answers: a leader
// that is cut off from the others stages what it gets, and says so.
constexpr Duration SERVER_PATIENCE = 10s;

}  // namespace

void StreamWriter::enter(Phase phase) noexcept {
    phase_ = phase;
    oldest_request_ = 0;
    complained_ = false;
    timer_.cancel();
    switch (phase) {
        case Phase::idle:
            timer_.arm_in(INSPECTION_INTERVAL);
            return;
        case Phase::offline:
        case Phase::waiting:
            return;
        case Phase::inspecting:
        case Phase::reading_back:
            send_request();
            return;
        case Phase::publishing:
            send_batch();
            return;
    }
}

void StreamWriter::send_request() noexcept {
    timer_.arm_in(REQUEST_TIMEOUT);
    const std::uint64_t request =
        phase_ == Phase::inspecting
            ? client_.request(nats::stream_info_subject(config_.stream), {}, {})
            : client_.request(nats::message_get_subject(config_.stream), {},
                              nats::last_by_subject(config_.subject));
    if (oldest_request_ == 0) oldest_request_ = request;
}

void StreamWriter::send_batch() noexcept {
    timer_.arm_in(ACKNOWLEDGEMENT_TIMEOUT);
    published_ = loop_.now();
    sequence_was_wrong_ = false;
    nats::HeaderWriter headers;
    headers.add("Nats-Msg-Id", batch_.id(run_))
        .add("Nats-Expected-Stream", config_.stream)
        .add("Nats-Expected-Last-Subject-Sequence", std::to_string(sequence_))
        .add("Hark-Run", run_)
        .add("Hark-First", std::to_string(batch_.first))
        .add("Hark-Last", std::to_string(batch_.last));
    oldest_request_ = client_.request(config_.subject, headers.text(), owner_.batch_text());
}

void StreamWriter::wait_for(Phase next, Duration delay) noexcept {
    if (delay == Duration::zero()) {
        enter(next);
        return;
    }
    if (!refused_ && client_.is_connected() && loop_.now() - well_ >= SERVER_PATIENCE) {
        client_.leave("it gets nothing stored");
        return;
    }
    enter(Phase::waiting);
    next_phase_ = next;
    timer_.arm_in(delay);
}

void StreamWriter::on_timer() noexcept {
    switch (phase_) {
        case Phase::offline:
            return;
        case Phase::idle:
            inspect();
            return;
        case Phase::waiting:
            enter(next_phase_);
            return;
        case Phase::inspecting:
        case Phase::reading_back:
            on_silence();
            return;
        case Phase::publishing:
            ++silences_;
            client_.ping();
            if (!complained_) {
                note_trouble(fmt::format("stream {} has not acknowledged a batch for {} s",
                                         config_.stream,
                                         ACKNOWLEDGEMENT_TIMEOUT / std::chrono::seconds{1}));
            }
            doubt({});
            return;
    }
}

void StreamWriter::on_silence() noexcept {
    if (!complained_) {
        note_trouble(
            fmt::format("stream {} does not answer: it has no leader, or most of its "
                        "servers are missing",
                        config_.stream));
    }
    if (++silences_ >= MAX_SILENCES) {
        client_.leave("it does not reach the stream");
        return;
    }
    client_.ping();
    if (phase_ == Phase::inspecting || phase_ == Phase::reading_back) send_request();
}

void StreamWriter::on_answer(std::uint64_t request, const nats::Operation& answer) noexcept {
    if (oldest_request_ == 0 || request < oldest_request_) return;
    const bool nobody = nats::status_of(answer.headers) == nats::NO_RESPONDERS;
    timer_.cancel();
    silences_ = 0;
    switch (phase_) {
        case Phase::inspecting:
            if (nobody) {
                note_trouble("JetStream is not available: no server answers for it");
                wait_for(Phase::inspecting, RETRY_DELAY);
                return;
            }
            take_description(nats::parse_stream_description(answer.payload));
            return;
        case Phase::reading_back:
            if (nobody) {
                note_trouble(fmt::format("stream {} does not exist", config_.stream));
                wait_for(Phase::inspecting, RETRY_DELAY);
                return;
            }
            take_last_message(nats::parse_stored_message(answer.payload));
            return;
        case Phase::publishing:
            if (nobody) {
                doubt(fmt::format("no stream takes {}", config_.subject));
                return;
            }
            take_acknowledgement(nats::parse_publish_answer(answer.payload));
            return;
        case Phase::offline:
        case Phase::idle:
        case Phase::waiting:
            return;
    }
}

void StreamWriter::take_description(const nats::StreamDescription& stream) noexcept {
    if (stream.error) {
        note_trouble(stream.error->number == nats::STREAM_NOT_FOUND
                         ? fmt::format("there is no stream {}", config_.stream)
                         : fmt::format("stream {}: {}", config_.stream, stream.error->text));
        wait_for(Phase::inspecting, RETRY_DELAY);
        return;
    }
    description_ = stream;
    inspected_ = loop_.now();
    if (std::string why = why_unfit(stream, config_); !why.empty()) {
        refuse(std::move(why));
        return;
    }
    std::string caution = hark::caution(stream, client_.server());
    if (caution != caution_) {
        caution_ = caution;
        if (!caution.empty()) remark_ = std::move(caution);
    }
    read_back();
}

void StreamWriter::refuse(std::string why) noexcept {
    settled_ = false;
    refused_ = true;
    trouble_ = std::move(why);
    wait_for(Phase::inspecting, RETRY_DELAY);
    owner_.on_change();
}

void StreamWriter::note_trouble(std::string_view what) noexcept {
    refused_ = false;
    trouble_ = what;
    if (!description_.missing.empty()) {
        trouble_ += fmt::format(" (of its {} replicas {} missing when last seen)",
                                description_.replicas, description_.missing.size());
    }
    owner_.on_change();
}

}  // namespace hark
