// The set of sinks: adding, replacing, dropping and handing over, and their health.
#include "common/sys/error.hpp"
#include "daemon/log/event_log.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include <fmt/core.h>

namespace hark {

void EventLog::add(std::unique_ptr<Sink> sink) {
    entries_.push_back({.sink = std::move(sink), .before = appended_});
}

void EventLog::take_over(std::unique_ptr<Sink> sink, const SinkHandover& from) {
    entries_.push_back({.sink = std::move(sink),
                        .before = from.stored,
                        .since = from.since,
                        .patience = std::max(from.patience, FIRST_PATIENCE),
                        .last_reported = from.last_reported,
                        .pauses = from.pauses,
                        .paused = from.paused,
                        .holds_up = from.holds_up,
                        .reported = from.reported});
    schedule_commit();
}

std::vector<SinkHandover> EventLog::hand_over(std::span<const SinkConfig> sinks) const {
    std::vector<SinkHandover> all;
    for (const Entry& entry : entries_) {
        const SinkConfig* const config = find_sink(sinks, entry.sink->name());
        if (config == nullptr) continue;
        SinkHandover& into =
            all.emplace_back(SinkHandover{.config = *config,
                                          .stored = entry.before + entry.sink->stored(),
                                          .holds_up = entry.holds_up,
                                          .reported = entry.reported,
                                          .since = entry.since,
                                          .patience = entry.patience,
                                          .last_reported = entry.last_reported,
                                          .pauses = entry.pauses,
                                          .paused = entry.paused});
        entry.sink->hand_over(into);
    }
    return all;
}

void EventLog::hold_still(bool still) noexcept {
    for (const Entry& entry : entries_) entry.sink->hold_still(still);
    schedule_commit();
}

bool EventLog::is_still() const noexcept {
    return std::ranges::all_of(entries_, [](const Entry& entry) { return entry.sink->is_still(); });
}

void EventLog::replace(std::span<const std::string> leaving,
                       std::vector<std::unique_ptr<Sink>> coming) {
    using Pointer = std::unique_ptr<Sink>;
    const auto leaves = [leaving](const Entry& entry) {
        return std::ranges::find(leaving, entry.sink->name()) != leaving.end();
    };
    const Entry* furthest_behind = nullptr;
    std::optional<std::string> lines;  // its unstored records
    for (Entry& entry : entries_) {
        if (!leaves(entry)) continue;
        std::optional<std::string> unstored = entry.sink->finish();
        if (lag(entry) == 0) continue;
        if (furthest_behind == nullptr || lag(entry) > lag(*furthest_behind)) {
            furthest_behind = &entry;
            lines = std::move(unstored);
        }
    }
    const Sink* heir = nullptr;
    std::uint64_t inherited = 0;
    if (furthest_behind != nullptr) {
        inherited = lag(*furthest_behind);
        const auto adopter = std::ranges::find_if(
            coming, [&](const Pointer& sink) { return lines && sink->adopt(*lines); });
        if (adopter != coming.end()) {
            heir = adopter->get();
        } else if (std::ranges::all_of(entries_, leaves)) {
            throw std::runtime_error{
                fmt::format("{} still holds {} records that it does not take, and no other log "
                            "can take them over",
                            furthest_behind->sink->name(), inherited)};
        }
    }
    std::erase_if(entries_, leaves);
    for (Pointer& sink : coming) {
        const std::uint64_t before = appended_ - (sink.get() == heir ? inherited : 0);
        entries_.push_back({.sink = std::move(sink), .before = before});
    }
    schedule_commit();
}

Sink* EventLog::find(std::string_view name) const noexcept {
    for (const Entry& entry : entries_) {
        if (entry.sink->name() == name) return entry.sink.get();
    }
    return nullptr;
}

bool EventLog::all_gone() const noexcept {
    return std::ranges::all_of(entries_,
                               [](const Entry& entry) { return entry.state == SinkState::gone; });
}

// Drops sinks that are gone while another remains: nothing that they held can be saved.
void EventLog::drop_gone() noexcept {
    for (std::size_t index = 0; index < entries_.size() && entries_.size() > 1;) {
        if (entries_[index].state != SinkState::gone) {
            ++index;
            continue;
        }
        const std::string text =
            fmt::format("{} is gone ({}) and gets no more records", entries_[index].sink->name(),
                        errno_text(entries_[index].sink->error()));
        entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(index));
        warn(text);
    }
}

std::vector<SinkHealth> EventLog::sinks() const {
    std::vector<SinkHealth> sinks;
    for (const Entry& entry : entries_) {
        const bool clear = entry.state == SinkState::clear;
        const Duration held_up = loop_.now() - entry.since;
        const bool pauses_now = entry.reported || (entry.holds_up && held_up >= FIRST_PATIENCE);
        sinks.push_back({.name = entry.sink->name(),
                         .state = entry.state,
                         .reason = clear ? std::string{} : reason(entry),
                         .lag = lag(entry),
                         .lag_bytes = entry.sink->backlog().held,
                         .pauses = entry.pauses,
                         .paused = entry.paused,
                         .paused_for = pauses_now ? std::optional{held_up} : std::nullopt,
                         .stream = entry.sink->stream()});
    }
    return sinks;
}

}  // namespace hark
