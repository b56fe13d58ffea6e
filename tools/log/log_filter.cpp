#include "tools/log/log_filter.hpp"

#include "common/record/console_lines.hpp"
#include "common/record/record_values.hpp"

namespace hark {

LogFilter::LogFilter(const LogOptions& options) : options_{options} {
    if (options.grep) pattern_.emplace(*options.grep);
}

bool LogFilter::matches_time(WallTime time) const noexcept {
    return (!options_.since || time >= *options_.since) &&
           (!options_.until || time <= *options_.until);
}

bool LogFilter::may_match_time(std::string_view time) const noexcept {
    if (!options_.since && !options_.until) return true;
    const std::optional<WallTime> parsed = parse_record_time(time);
    return !parsed || matches_time(*parsed);
}

bool LogFilter::matches(const LogRecord& record) {
    if (!options_.events && record.get(Key::event) != name(Event::message)) return false;
    if (!matches_time(record.time())) return false;
    if (const auto& client = options_.client) {
        if (record.number(Key::conn) != client->connection) return false;
        if (!client->run.empty() && record.get(Key::run) != client->run) return false;
    }
    if (options_.peer && !options_.peer->matches(record.get(Key::peer))) return false;
    return !pattern_ || matches_pattern(record);
}

// Searches a message's text, or the displayed form of any other event.
bool LogFilter::matches_pattern(const LogRecord& record) {
    std::string_view text = record.get(Key::text);
    if (record.get(Key::event) != name(Event::message)) {
        words_.clear();
        append_words(words_, view_.of(record));
        text = words_;
    }
    const TextPattern::Verdict verdict = pattern_->search(text);
    if (verdict == TextPattern::Verdict::too_costly) ++given_up_;
    return verdict == TextPattern::Verdict::yes;
}

}  // namespace hark
