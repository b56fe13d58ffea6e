#include "tools/records/log_filter.hpp"

#include "common/record/console_lines.hpp"
#include "common/record/record_values.hpp"
#include "common/text/printable.hpp"

namespace hark {

LogFilter::LogFilter(const LogSelection& selection) : selection_{selection} {
    if (selection.grep) pattern_.emplace(*selection.grep);
    if (selection.since) since_ = TimeText{}.of(*selection.since);
    if (selection.until) until_ = TimeText{}.of(*selection.until);
}

bool LogFilter::matches_time(WallTime time) const noexcept {
    return (!selection_.since || time >= *selection_.since) &&
           (!selection_.until || time <= *selection_.until);
}

bool LogFilter::may_match_time(std::string_view time) const noexcept {
    if (!selection_.since && !selection_.until) return true;
    const std::optional<WallTime> parsed = parse_record_time(time);
    return !parsed || matches_time(*parsed);
}

// Times of the same form sort as text.
bool LogFilter::may_match_line(std::string_view line) const noexcept {
    constexpr std::string_view HEAD = R"({"time":"2)";
    constexpr std::size_t SIZE = 27;
    if (since_.empty() && until_.empty()) return true;
    if (!line.starts_with(HEAD)) return true;
    const std::string_view time = line.substr(HEAD.size() - 1, SIZE);
    if (time.size() != SIZE || time.back() != 'Z') return true;
    return (since_.empty() || time >= since_) && (until_.empty() || time <= until_);
}

std::optional<PatternLiteral> LogFilter::literal() const {
    if (!pattern_ || selection_.invert) return std::nullopt;
    return literal_of_pattern(*selection_.grep, pattern_->any_case());
}

std::optional<LineSieve> LogFilter::sieve() const {
    // Events are searched in their displayed words, which are not in the line.
    const auto literal = selection_.events ? std::nullopt : this->literal();
    if (literal) return LineSieve{literal->json, literal->any_case, false};
    // An IPv6 address may be written in several ways.
    const auto peer = selection_.peer ? selection_.peer->exact() : std::nullopt;
    if (peer && peer->front() != '[') return LineSieve{"\"" + *peer + "\"", false, true};
    return std::nullopt;
}

bool LogFilter::matches(const LogRecord& record) {
    if (!selection_.events && !record.is_message()) return false;
    if (!matches_time(record.time())) return false;
    if (const auto& client = selection_.client) {
        if (record.number(Key::conn) != client->connection) return false;
        if (!client->run.empty() && record.get(Key::run) != client->run) return false;
    }
    if (selection_.peer && !selection_.peer->matches(record.get(Key::peer))) return false;
    return !pattern_ || matches_pattern(record) != selection_.invert;
}

// Searches a message's text, or the displayed form of any other event.
bool LogFilter::matches_pattern(const LogRecord& record) {
    std::string_view text = record.get(Key::text);
    if (!record.is_message()) {
        words_.clear();
        append_words(words_, view_.of(record));
        text = words_;
    }
    const TextPattern::Verdict verdict = pattern_->search(text);
    if (verdict == TextPattern::Verdict::too_costly) ++given_up_;
    // Left out either way.
    if (verdict == TextPattern::Verdict::too_costly) return selection_.invert;
    return verdict == TextPattern::Verdict::yes;
}

}  // namespace hark
