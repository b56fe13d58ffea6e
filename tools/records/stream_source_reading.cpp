// What the stream's servers answer: its bounds, a consumer, its messages.
#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "common/nats/headers.hpp"
#include "common/text/number.hpp"
#include "tools/records/stream_source.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace hark {

namespace {

using namespace std::chrono_literals;

// A batch is up to 256 KiB.
constexpr unsigned BATCHES_ASKED = 16;
// How long the server waits for messages to come.
constexpr Duration PATIENCE = 5s;
// The servers' clocks may be behind harkd's.
constexpr Duration CLOCK_DIFFERENCE = 60s;

}  // namespace

void LogStreamSource::on_answer(std::uint64_t request, const nats::Operation& answer) noexcept {
    if (request != request_) return;
    troubled_since_ = loop_.now();
    const std::string_view status = nats::status_of(answer.headers);
    switch (phase_) {
        case Phase::inspecting:
            if (status == nats::NO_RESPONDERS) {
                give_up(_("JetStream is not available"));
            } else {
                take_bounds(nats::parse_stream_description(answer.payload));
            }
            return;
        case Phase::opening:
            if (status == nats::NO_RESPONDERS) {
                give_up(_("JetStream is not available"));
            } else {
                take_consumer(nats::parse_consumer_description(answer.payload));
            }
            return;
        case Phase::reading:
            take_status(status);
            return;
        case Phase::offline:
        case Phase::ended:
        case Phase::failed:
            return;
    }
}

void LogStreamSource::take_bounds(const nats::StreamDescription& stream) noexcept {
    if (stream.error) {
        give_up(stream.error->text);
        return;
    }
    first_ = stream.first_sequence;
    last_ = stream.last_sequence;
    const bool was_bounded = std::exchange(is_bounded_, true);
    if (!was_bounded && section_size_ > 0) set_section(last_ + 1);
    // The stream was recreated: its sequences begin again, too.
    if (end_sequence_ == 0 && next_sequence_ > last_ + 1) next_sequence_ = 0;
    open_consumer();
}

void LogStreamSource::open_consumer() noexcept {
    asked_ = 0;
    at_end_ = false;
    if (!client_.is_connected()) {
        phase_ = Phase::offline;
        return;
    }
    phase_ = Phase::opening;
    timer_.arm_in(REQUEST_TIMEOUT);
    nats::ConsumerRequest request{
        .stream = config_.stream, .subject = subject_, .sequence = next_sequence_};
    if (const auto since = filter_.selection().since; since && next_sequence_ == 0) {
        request.since = *since - std::chrono::duration_cast<WallTime::duration>(CLOCK_DIFFERENCE);
    }
    request_ = client_.request(nats::consumer_create_subject(config_.stream), {},
                               nats::consumer_create(request));
}

void LogStreamSource::take_consumer(const nats::ConsumerDescription& consumer) noexcept {
    if (consumer.error) {
        give_up(consumer.error->text);
        return;
    }
    consumer_ = consumer.name;
    phase_ = Phase::reading;
    at_end_ = consumer.pending == 0;
    if (is_over()) {
        end_reading();
        return;
    }
    ask_for_more();
    if (at_end_) wake();
}

void LogStreamSource::ask_for_more() noexcept {
    asked_ = BATCHES_ASKED;
    timer_.arm_in(PATIENCE + REQUEST_TIMEOUT);
    request_ = client_.request(nats::next_messages_subject(config_.stream, consumer_), {},
                               nats::next_messages(BATCHES_ASKED, PATIENCE));
}

void LogStreamSource::on_delivery(const nats::Operation& message) noexcept {
    const auto delivery = nats::parse_delivery(message.reply_to);
    if (phase_ != Phase::reading || !delivery || delivery->consumer != consumer_) return;
    if (end_sequence_ != 0 && delivery->sequence >= end_sequence_) {
        end_reading();
        return;
    }
    stalls_ = 0;
    next_sequence_ = delivery->sequence + 1;
    if (!is_repeated(message.headers)) batches_.emplace_back(message.payload);
    if (asked_ > 0) --asked_;
    at_end_ = delivery->pending == 0;
    if (is_over()) {
        end_reading();
        return;
    }
    // At the end, ask for more at once, so that nothing comes late.
    if (asked_ == 0 && at_end_) ask_for_more();
    wake();
}

bool LogStreamSource::is_repeated(std::string_view headers) {
    constexpr std::size_t MOST_RUNS = 10'000;
    const std::string_view run = nats::find_header(headers, "Hark-Run");
    const auto last = parse_number<std::uint64_t>(nats::find_header(headers, "Hark-Last"));
    if (run.empty() || !last) return false;
    if (last_records_.size() >= MOST_RUNS) last_records_.clear();
    std::uint64_t& known = last_records_[std::string{run}];
    if (*last <= known) return true;
    known = *last;
    return false;
}

// 404: no message; 408: none has come in time; 409: the consumer or its server is leaving.
void LogStreamSource::take_status(std::string_view status) noexcept {
    if (status.empty() || status == "100") return;
    if (status == "409" || status == nats::NO_RESPONDERS) {
        inspect();
        return;
    }
    // This is not the end, which the number of pending messages tells.
    if (end_sequence_ != 0 || !follow_) {
        on_stall();
        return;
    }
    at_end_ = true;
    ask_for_more();
    wake();
}

void LogStreamSource::end_reading() noexcept {
    phase_ = Phase::ended;
    timer_.cancel();
    wake();
}

}  // namespace hark
