#include "tools/bench/result_text.hpp"

#include "common/locale/i18n.hpp"
#include "tools/terminal/bar_graph.hpp"
#include "tools/terminal/columns.hpp"
#include "tools/terminal/quantity_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/core.h>

namespace hark {

namespace {

using Bin = LatencyHistogram::Bin;
using Fact = std::pair<const char*, std::string>;

constexpr double NANO = 1e-9;
constexpr double MICRO = 1e-6;
constexpr double PERCENT = 100;

std::string time_text(std::uint64_t nanoseconds) {
    return latency_text(static_cast<double>(nanoseconds) * NANO);
}

std::string load_text(const BenchOptions& options) {
    std::string text =
        formatted(_("{} connections, messages of {} bytes"), options.connections, options.size);
    if (options.rate) {
        text += formatted(_(", {} a second"), rate_text(*options.rate));
        if (options.pipeline)
            text += formatted(_(", at most {} in flight on each"), *options.pipeline);
    } else {
        text += formatted(_(", at most {} in flight on each"), options.pipeline.value_or(1));
    }
    return text;
}

std::string messages_text(const LoadResult& result) {
    std::string text = formatted(_("{} sent, {} acknowledged, in {}"), result.sent,
                                 result.acknowledged, duration_text(result.seconds));
    if (result.warmup_sent > 0) text += formatted(_("; {} before, to warm up"), result.warmup_sent);
    return text;
}

std::string throughput_text(const BenchOptions& options, const LoadResult& result) {
    return fmt::format("{}/s, {}/s", rate_text(result.message_rate()),
                       size_text(result.byte_rate(options.size)));
}

std::string pace_text(const BenchOptions& options, const LoadResult& result) {
    std::string text = formatted(_("the server kept up with {} of {} a second"),
                                 rate_text(result.message_rate()), rate_text(*options.rate));
    if (result.unsent > 0) text += formatted(_("; {} were due and not sent"), result.unsent);
    return text;
}

std::string handshakes_text(const LoadResult& result) {
    return formatted(_("{}/s: {} in {}"), rate_text(result.handshake_rate()), result.handshakes,
                     duration_text(result.handshake_seconds));
}

std::string errors_text(const LoadResult& result) {
    std::string text;
    const auto add = [&text](const char* format, std::uint64_t count) {
        if (count == 0) return;
        if (!text.empty()) text += ", ";
        text += formatted(format, count);
    };
    add(_("{} connections could not be made"), result.unreachable);
    add(_("{} connections refused"), result.refused);
    add(_("{} connections lost"), result.lost);
    add(_("{} messages not stored"), result.not_stored);
    add(_("{} messages not acknowledged"), result.unacknowledged);
    return text.empty() ? _("none") : text;
}

std::string processor_text(double each, double share) {
    return formatted(_("{:.2f}us of processor time a message (one processor at {:.0f} %)"),
                     each / MICRO, share * PERCENT);
}

std::string daemon_text(const LoadResult& result, const LocaleCharset& charset) {
    if (!result.usage) {
        return formatted(_("its processor time is not known: {}"),
                         shown_text(charset, result.usage_trouble));
    }
    return processor_text(result.usage->cpu_per_message(),
                          quotient(result.usage->cpu, result.seconds)) +
           formatted(_(", {} of memory"), size_text(static_cast<double>(result.usage->memory)));
}

std::vector<Fact> facts_of(const BenchOptions& options, const LoadResult& result,
                           const LocaleCharset& charset) {
    std::string server = result.server;
    if (result.usage) server += ", harkd " + shown_text(charset, result.usage->version);
    std::vector<Fact> facts{{_("Server"), std::move(server)},
                            {_("Load"), load_text(options)},
                            {_("Messages"), messages_text(result)},
                            {_("Throughput"), throughput_text(options, result)}};
    if (options.tls != nullptr) {
        facts.emplace_back(_("Handshakes"), handshakes_text(result));
    }
    if (options.rate) facts.emplace_back(_("Rate"), pace_text(options, result));
    facts.emplace_back(_("Errors"), errors_text(result));
    facts.emplace_back(_("Daemon"), daemon_text(result, charset));
    facts.emplace_back(_("Generator"),
                       processor_text(result.generator_cpu_per_message(),
                                      quotient(result.generator_cpu, result.seconds)));
    return facts;
}

std::vector<std::string> percentiles_of(const char* name, const LatencyHistogram& histogram) {
    return {name,
            time_text(histogram.least()),
            time_text(histogram.percentile(0.5)),
            time_text(histogram.percentile(0.9)),
            time_text(histogram.percentile(0.99)),
            time_text(histogram.percentile(0.999)),
            time_text(histogram.percentile(0.9999)),
            time_text(histogram.most())};
}

void append_table(std::string& text, const TextTable& table) {
    text += "\n";
    for (const std::string& line : table.lines()) text += line + "\n";
}

TextTable percentile_table(const BenchOptions& options, const LoadResult& result) {
    TextTable table{{{""},
                     {_("min"), true},
                     {"p50", true},
                     {"p90", true},
                     {"p99", true},
                     {"p99.9", true},
                     {"p99.99", true},
                     {_("max"), true}}};
    table.add(percentiles_of(_("Latency"), result.latency));
    if (options.rate) table.add(percentiles_of(_("Sent late by"), result.delay));
    return table;
}

TextTable histogram_table(const LoadResult& result, const LocaleCharset& charset) {
    constexpr double LONGEST_BAR = 40;
    const std::string bar_piece = has_blocks(charset) ? "█" : "#";
    const std::vector<Bin> rows = histogram_rows(result.latency);
    std::uint64_t most = 1;
    for (const Bin& row : rows) most = std::max(most, row.count);
    TextTable table{{{_("From"), true}, {_("to"), true}, {_("Messages"), true}, {"%", true}, {""}}};
    for (std::size_t place = 0; place < rows.size(); ++place) {
        const Bin& row = rows[place];
        // One row stands for all consecutive rows without messages.
        if (row.count == 0 && rows[place - 1].count == 0) continue;
        if (row.count == 0 && rows[place + 1].count == 0) {
            table.add({"...", "", "", "", ""});
            continue;
        }
        const auto count = static_cast<double>(row.count);
        const double length = std::ceil(count / static_cast<double>(most) * LONGEST_BAR);
        std::string bar;
        for (int piece = 0; piece < static_cast<int>(length); ++piece) bar += bar_piece;
        const double part = count / static_cast<double>(result.latency.count()) * PERCENT;
        table.add({time_text(row.from), time_text(row.to), fmt::format("{}", row.count),
                   fmt::format("{:.3f}", part), bar});
    }
    return table;
}

}  // namespace

std::vector<Bin> histogram_rows(const LatencyHistogram& histogram) {
    constexpr std::array<std::uint64_t, 5> STEPS{1, 2, 3, 5, 7};
    std::vector<Bin> rows{{0, 0, 0}};
    std::uint64_t power = 1000;
    std::size_t step = 0;
    const auto next_edge = [&] {
        const std::uint64_t edge = STEPS[step] * power;
        if (++step == STEPS.size()) {
            step = 0;
            power *= 10;
        }
        return edge;
    };
    rows.back().to = next_edge();
    for (const Bin& bin : histogram.bins()) {
        const std::uint64_t middle = bin.from + (bin.to - bin.from) / 2;
        while (middle >= rows.back().to) {
            // Leave out empty rows before the first value.
            if (rows.size() == 1 && rows.back().count == 0) {
                rows.back() = {rows.back().to, next_edge(), 0};
            } else {
                rows.push_back({rows.back().to, next_edge(), 0});
            }
        }
        rows.back().count += bin.count;
    }
    return rows;
}

std::string result_text(const BenchOptions& options, const LoadResult& result,
                        const LocaleCharset& charset) {
    const std::vector<Fact> facts = facts_of(options, result, charset);
    std::size_t width = 0;
    for (const auto& [name, value] : facts) width = std::max(width, columns_of(name));
    std::string text;
    for (const auto& [name, value] : facts) text += fill_columns(name, width + 2) + value + "\n";
    if (result.latency.count() == 0) return text;
    append_table(text, percentile_table(options, result));
    append_table(text, histogram_table(result, charset));
    return text;
}

}  // namespace hark
