#include "daemon/stream/stream_writer.hpp"

#include "common/nats/headers.hpp"
#include "daemon/stream/stream_rules.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/core.h>

namespace hark {

namespace {

using namespace std::chrono_literals;

constexpr Duration ACKNOWLEDGEMENT_TIMEOUT = 5s;
// A request that reads is repeated after this; an answer to the first one is still good.
constexpr Duration REQUEST_TIMEOUT = 1s;
// After so many in a row another server may do better: this one may be cut off from the others.
constexpr unsigned MAX_SILENCES = 4;
constexpr Duration RETRY_DELAY = 1s;
// Without a success for so long, another server may do better, even if this one answers: a leader
// that is cut off from the others stages what it gets, and says so.
constexpr Duration SERVER_PATIENCE = 10s;

std::string client_name(std::string_view run) {
    return fmt::format("harkd {}", run);
}

}  // namespace

StreamWriter::StreamWriter(EventLoop& loop, StreamWriterOwner& owner, StreamConfig config,
                           std::string run)
    : loop_{loop},
      owner_{owner},
      config_{std::move(config)},
      run_{std::move(run)},
      client_{loop, static_cast<nats::ClientOwner&>(*this), config_.servers, config_.tls,
              client_name(run_)},
      timer_{loop, method<&StreamWriter::on_timer>(*this)} {}

void StreamWriter::resume(const StreamState& state) {
    is_known_ = state.is_known;
    sequence_ = state.sequence;
    batch_ = state.batch;
    empty_answers_ = state.empty_answers;
    published_ = loop_.now();
    // Another subject has waited for it.
    if (batch_.exists() && !state.subject.empty() && state.subject != config_.subject) {
        next_config_ = config_;
        config_.subject = state.subject;
    }
}

StreamState StreamWriter::state() const {
    return {.is_known = is_known_,
            .sequence = sequence_,
            .batch = batch_,
            .subject = batch_.exists() ? config_.subject : std::string{},
            .empty_answers = empty_answers_};
}

void StreamWriter::use(const StreamConfig& config) {
    const bool same_servers = config.servers == config_.servers;
    if (batch_.exists() && config.subject != config_.subject) {
        next_config_ = config;
        config_.servers = config.servers;
        config_.tls = config.tls;
    } else {
        next_config_.reset();
        if (config.subject != config_.subject) is_known_ = false;
        config_ = config;
    }
    refused_ = false;
    if (!same_servers) {
        client_.use(config.servers, config.tls);
        return;
    }
    client_.renew(config.tls);
    if (client_.is_connected() && !batch_.exists()) {
        inspect();
    }
}

// --- The connection -----------------------------------------------------------------------------

void StreamWriter::on_connected() noexcept {
    silences_ = 0;
    well_ = loop_.now();
    if (std::string why = why_unfit(client_.server()); !why.empty()) {
        refuse(fmt::format("{}: {}", client_.address(), why));
        return;
    }
    inspect();
}

void StreamWriter::on_disconnected(const nats::Problem& problem) noexcept {
    // A server that comes and goes, and gets nothing done, is trouble.
    const bool was_settled = std::exchange(settled_, false);
    if (problem.is_refusal || (!was_settled && trouble_.empty())) {
        refused_ = problem.is_refusal;
        trouble_ = problem.text;
    }
    enter(Phase::offline);
    owner_.on_change();
}

void StreamWriter::on_unreachable(const nats::Problem& problem) noexcept {
    refused_ = problem.is_refusal;
    trouble_ = problem.text;
    owner_.on_change();
}

// After "Permissions Violation for Publish to ..." nothing more is said about a request.
void StreamWriter::on_complaint(std::string_view text) noexcept {
    complained_ = true;
    refused_ = text.starts_with("Permissions");
    trouble_ = fmt::format("{}: {}", client_.address(), text);
    // About nothing that was asked for: whether it matters is found out now.
    if (phase_ == Phase::idle) inspect();
    owner_.on_change();
}

// --- Requests -----------------------------------------------------------------------------------

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
                note_trouble("JetStream is not there: no server answers for it");
                wait_for(Phase::inspecting, RETRY_DELAY);
                return;
            }
            take_description(nats::parse_stream_description(answer.payload));
            return;
        case Phase::reading_back:
            if (nobody) {
                note_trouble(fmt::format("stream {} is not there", config_.stream));
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

// --- For the owner ------------------------------------------------------------------------------

void StreamWriter::publish(std::uint64_t first, std::uint64_t last) noexcept {
    batch_ = {.first = first, .last = last, .after = sequence_};
    batch_bytes_ = owner_.batch_text().size();
    empty_answers_ = 0;
    delay_ = {};
    well_ = loop_.now();
    enter(Phase::publishing);
}

StreamWriter::Health StreamWriter::health() const noexcept {
    if (!trouble_.empty()) return Health::failing;
    return settled_ ? Health::well : Health::unsettled;
}

std::size_t StreamWriter::max_batch() const noexcept {
    return std::min(batch_limit_, hark::max_batch(description_, client_.server()));
}

StreamHealth StreamWriter::details() const {
    const bool connected = client_.is_connected();
    return {.server = connected ? client_.address() : std::string{},
            .version = connected ? client_.server().version : std::string{},
            .leader = description_.leader,
            .replicas = description_.replicas,
            .missing = description_.missing,
            .sequence = sequence_,
            .batches = batches_,
            .retries = retries_,
            .batch_bytes = batch_bytes_,
            .latency = latency_,
            .reconnects = std::max<std::uint64_t>(client_.connections(), 1) - 1};
}

}  // namespace hark
