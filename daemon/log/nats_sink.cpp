#include "daemon/log/nats_sink.hpp"

#include "daemon/stream/stream_rules.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/core.h>

namespace hark {

NatsSink::NatsSink(EventLoop& loop, Callback<void()> on_ready, const SinkConfig& config,
                   std::string_view run, std::uint64_t first)
    : Sink{config.name(), on_ready},
      renderer_{std::string{run}},
      next_{first},
      writer_{loop, static_cast<StreamWriterOwner&>(*this), config.stream, std::string{run}} {}

void NatsSink::append(const Record& record) noexcept {
    std::string& lines = lines_.next_line();
    const std::size_t begin = lines.size();
    renderer_.append(lines, record);
    if (lines.size() - begin > MAX_STREAM_RECORD) shorten(lines, begin, record);
}

// Only diagnostics about a configuration with dozens of mistakes are that long, never messages. A
// server could refuse such a record again and again.
void NatsSink::shorten(std::string& lines, std::size_t begin, const Record& record) {
    constexpr std::size_t KEPT = 4 << 10;
    const std::string text =
        fmt::format("a record of {} bytes is too long for {}; it begins with: {}",
                    lines.size() - begin, name(), lines.substr(begin, KEPT));
    lines.resize(begin);
    const std::array details{Detail{Key::level, std::string_view{"warning"}},
                             Detail{Key::text, std::string_view{text}}};
    renderer_.append(lines, {.event = Event::diagnostic, .time = record.time, .details = details});
}

SinkState NatsSink::commit() noexcept {
    if (!started_) start();
    if (const std::string text = writer_.take_remark(); !text.empty()) {
        remark(fmt::format("{}: {}", name(), text));
    }
    if (writer_.is_ready() && lines_.waiting() > 0 && !still_) publish();
    switch (writer_.health()) {
        case StreamWriter::Health::well:
            break;
        case StreamWriter::Health::unsettled:
            return SinkState::blocked;
        case StreamWriter::Health::failing:
            return fail(SinkState::refusing, EIO);
    }
    return lines_.unreleased() > 0 || lines_.waiting() > 0 ? SinkState::busy : SinkState::clear;
}

// Not in the constructor: take_over() comes first.
void NatsSink::start() noexcept {
    started_ = true;
    writer_.start();
}

// Publishes as many whole lines as fit.
void NatsSink::publish() noexcept {
    std::string_view text = lines_.unwritten();
    if (text.size() > writer_.max_batch()) {
        text = text.substr(0, text.rfind('\n', writer_.max_batch() - 1) + 1);
    }
    const std::uint64_t records = lines_.wrote(text.size());
    const std::uint64_t first = std::exchange(next_, next_ + records);
    writer_.publish(first, next_ - 1);
}

std::string_view NatsSink::batch_text() const noexcept {
    return lines_.unreleased_lines();
}

void NatsSink::on_batch_stored() noexcept {
    add_stored(lines_.count_unreleased());
    lines_.release(lines_.unreleased());
    say_ready();
}

std::string NatsSink::trouble(SinkState state) const {
    switch (state) {
        case SinkState::clear:
        case SinkState::gone:
            break;
        case SinkState::busy:
            return "the stream has not acknowledged it yet";
        case SinkState::blocked:
            return "it connects to the stream";
        case SinkState::refusing:
            return writer_.trouble();
    }
    return Sink::trouble(state);
}

std::uint64_t NatsSink::in_doubt() const noexcept {
    return lines_.count_unreleased();
}

std::optional<StreamHealth> NatsSink::stream() const {
    return writer_.details();
}

// While a batch is under way, nothing else can be written.
Sink::Backlog NatsSink::backlog() const noexcept {
    const std::size_t unwritten = lines_.unwritten().size();
    const bool waits = writer_.health() == StreamWriter::Health::well && !writer_.is_ready();
    return {.held = unwritten + lines_.unreleased(), .unwritten = waits ? 0 : unwritten};
}

void NatsSink::reconfigure(const SinkConfig& config) {
    writer_.use(config.stream);
}

std::optional<std::string> NatsSink::finish() {
    // If the reload fails after all, its batch is still under way: nothing is taken back.
    return lines_.state().bytes;
}

bool NatsSink::adopt(std::string_view lines) {
    lines_.add(lines);
    next_ -= lines_.waiting();
    return true;
}

void NatsSink::hand_over(SinkHandover& into) const {
    into.lines = lines_.state();
    into.stream = writer_.state();
    into.next_record = next_;
}

void NatsSink::take_over(const SinkHandover& from) {
    lines_.resume(from.lines);
    next_ = from.next_record;
    writer_.resume(from.stream);
}

}  // namespace hark
