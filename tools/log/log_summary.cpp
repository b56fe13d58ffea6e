#include "tools/log/log_summary.hpp"

#include "common/locale/i18n.hpp"
#include "common/record/console_lines.hpp"
#include "common/record/record_values.hpp"
#include "common/text/printable.hpp"
#include "tools/log/record_format.hpp"
#include "tools/terminal/bar_graph.hpp"
#include "tools/terminal/columns.hpp"
#include "tools/terminal/quantity_text.hpp"

#include <algorithm>
#include <vector>

#include <fmt/core.h>

namespace hark {

namespace {

constexpr std::size_t MOST_CHARSETS = 16;

std::string local_time(WallTime time) {
    std::string text;
    LocalTimeText{}.append(text, time);
    return text.substr(0, text.rfind('.'));
}

std::string joined(const std::set<std::string, std::less<>>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
    return text;
}

}  // namespace

void LogSummary::Counts::add(const LogRecord& record) {
    const WallTime time = record.time();
    if (records == 0 || time < first) first = time;
    if (records == 0 || time > last) last = time;
    ++records;
    bytes += record.number(Key::bytes);
    const std::string_view charset = record.get(Key::charset);
    if (!charset.empty() && !charsets.contains(charset) && charsets.size() < MOST_CHARSETS) {
        charsets.emplace(printable(charset));
    }
}

LogSource::Step LogSummary::next() {
    const LogSource::Step step = reader_.next();
    if (step != LogSource::Step::record) return step;
    const LogRecord& record = reader_.record();
    const std::string_view address = address_of(record.get(Key::peer));
    auto peer = peers_.find(address);
    if (peer == peers_.end() && peers_.size() < MOST_PEERS) {
        peer = peers_.try_emplace(std::string{address}).first;
    }
    (peer == peers_.end() ? others_ : peer->second).add(record);
    total_.add(record);
    times_.add(record.time());
    return step;
}

void LogSummary::append_text(std::string& into, std::size_t columns,
                             const LocaleCharset& charset) const {
    TextTable table{{{_("address")},
                     {_("first")},
                     {_("last")},
                     {_("messages"), true},
                     {_("bytes"), true},
                     {_("charset")}}};
    const auto add = [&table](const std::string& name, const Counts& counts) {
        table.add({name, local_time(counts.first), local_time(counts.last),
                   std::to_string(counts.records), size_text(static_cast<double>(counts.bytes)),
                   joined(counts.charsets)});
    };
    std::vector<const std::pair<const std::string, Counts>*> busiest;
    for (const auto& peer : peers_) busiest.push_back(&peer);
    std::stable_sort(busiest.begin(), busiest.end(), [](const auto* a, const auto* b) {
        return a->second.records > b->second.records;
    });
    for (const auto* peer : busiest) add(shown_text(charset, peer->first), peer->second);
    if (others_.records > 0) add(_("others"), others_);
    if (any()) add(_("all"), total_);
    std::string text;
    for (const std::string& line : table.lines()) text.append(line).push_back('\n');
    if (any()) {
        const std::vector<double> counts = times_.counts(std::max<std::size_t>(columns, 2) - 1);
        text.append("\n").append(bar_graph(counts, counts.size(), has_blocks(charset)));
        text.append("\n").append(local_time(total_.first)).append(" - ");
        text.append(local_time(total_.last)).append("\n");
    }
    into += charset.encode(text);
}

void LogSummary::append_json(std::string& into) const {
    TimeText time;
    const auto add = [&](const char* key, const std::string& name, const Counts& counts) {
        into += fmt::format("{{\"{}\":", key);
        append_json_string(into, name);
        into += fmt::format(",\"first\":\"{}\"", time.of(counts.first));
        into += fmt::format(",\"last\":\"{}\"", time.of(counts.last));
        into += fmt::format(",\"messages\":{},\"bytes\":{},\"charsets\":[", counts.records,
                            counts.bytes);
        bool first = true;
        for (const std::string& charset : counts.charsets) {
            if (!first) into += ',';
            first = false;
            append_json_string(into, charset);
        }
        into += "]}\n";
    };
    for (const auto& [address, counts] : peers_) add("address", address, counts);
    if (others_.records > 0) add("summary", "others", others_);
    if (any()) add("summary", "all", total_);
}

}  // namespace hark
