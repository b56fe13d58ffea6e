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
    // The configured subject has to wait until this batch is stored.
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
    // A server that comes and goes without getting anything done is trouble.
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

// After "Permissions Violation for Publish to ...", the request gets no other answer.
void StreamWriter::on_complaint(std::string_view text) noexcept {
    complained_ = true;
    refused_ = text.starts_with("Permissions");
    trouble_ = fmt::format("{}: {}", client_.address(), text);
    // It is about no request of ours: find out now whether it matters.
    if (phase_ == Phase::idle) inspect();
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
