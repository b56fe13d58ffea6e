#include "tools/top/top_screen.hpp"

#include "common/locale/i18n.hpp"
#include "tools/control/status_text.hpp"
#include "tools/terminal/bar_graph.hpp"
#include "tools/terminal/columns.hpp"
#include "tools/terminal/quantity_text.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

namespace hark {

namespace {

// This many rows of clients have priority over all lines but the first and the last.
constexpr std::size_t FEWEST_CLIENTS = 4;

const char* order_text(TopOrder order) {
    switch (order) {
        case TopOrder::message_rate:
            return _("messages a second");
        case TopOrder::byte_rate:
            return _("bytes a second");
        case TopOrder::messages:
            return _("messages");
        case TopOrder::bytes:
            return _("bytes");
        case TopOrder::unread:
            return _("unread replies");
        case TopOrder::idle:
            return _("idle time");
        case TopOrder::id:
            break;
    }
    return _("number");
}

std::string title_text(const DaemonStatus& status, const LocaleCharset& charset) {
    std::string text =
        formatted(_("harkd {}, run {}, up {}; {} clients, {} refused"),
                  shown_text(charset, status.version), shown_text(charset, status.run),
                  duration_text(status.uptime), status.connections, status.refused);
    if (status.slowed > 0) text += formatted(_(", {} slowed down"), status.slowed);
    return text;
}

// "Messages  12/s  ▁▂▃", the graph as wide as space allows.
TopLine graph_line(const std::string& label, const std::vector<double>& rates,
                   const TopLook& look) {
    const std::size_t taken = columns_of(label) + 2;
    const std::size_t room = look.columns > taken ? look.columns - taken : 0;
    return {label + "  " + bar_graph(rates, room, look.blocks)};
}

// The lines about the daemon, most informative first.
std::vector<TopLine> daemon_lines(const TopModel& model, const TopLook& look,
                                  const LocaleCharset& charset) {
    constexpr std::size_t RATE_COLUMNS = 9;
    constexpr double PERCENT = 100;
    const DaemonStatus& status = model.status();
    const std::string messages = _("Messages");
    const std::string bytes = _("Bytes");
    const std::size_t width = std::max(columns_of(messages), columns_of(bytes));
    const auto label = [width](const std::string& name, const std::string& rate) {
        return fill_columns(name, width) + fill_columns(rate + "/s", RATE_COLUMNS + 2, true);
    };
    std::vector<TopLine> lines;
    lines.push_back(graph_line(label(messages, rate_text(status.message_rate.second)),
                               model.message_rates(), look));
    lines.push_back(
        graph_line(label(bytes, size_text(status.byte_rate.second)), model.byte_rates(), look));
    for (const SinkStatus& sink : status.sinks) {
        std::string text = formatted(_("Log {}: {}"), shown_text(charset, sink.name),
                                     sink_state_text(sink.state, charset));
        if (!sink.reason.empty()) text += ": " + shown_text(charset, sink.reason);
        if (sink.paused_since_seconds) {
            text += formatted(_(", paused for {}"), duration_text(*sink.paused_since_seconds));
        }
        text += formatted(_("; {} records wait, {} pauses"), sink.lag, sink.pauses);
        const bool well = sink.state == "clear" || sink.state == "busy";
        lines.push_back({std::move(text), well ? TopLine::Style::plain : TopLine::Style::trouble});
    }
    lines.push_back({formatted(_("Memory {}, processor {} %, {} followers"),
                               size_text(static_cast<double>(status.memory)),
                               rate_text(model.cpu_share() * PERCENT), status.tails)});
    lines.push_back({formatted(_("Rounds: median {}, 99 % within {}, longest {}"),
                               latency_text(status.latency_p50), latency_text(status.latency_p99),
                               latency_text(status.latency_max))});
    return lines;
}

std::vector<TopLine> client_lines(const TopModel& model, std::size_t rows,
                                  const LocaleCharset& charset) {
    const LimitsStatus& limits = model.status().limits;
    const bool rates = limits.messages_per_second > 0 || limits.bytes_per_second > 0;
    std::vector<TextTable::Column> columns{
        {_("ID"), true},       {_("Peer")},        {_("Messages/s"), true}, {_("Bytes/s"), true},
        {_("Messages"), true}, {_("Bytes"), true}, {_("Idle"), true},       {_("Unread"), true}};
    if (rates) columns.push_back({_("Rate")});
    TextTable table{std::move(columns)};
    const std::size_t count = std::min(model.clients().size(), rows > 0 ? rows - 1 : 0);
    for (std::size_t i = 0; i < count; ++i) {
        const BusyClient& each = model.clients()[i];
        std::vector<std::string> cells{
            fmt::format("{}", each.client.id),
            shown_text(charset, each.client.peer),
            rate_text(each.message_rate),
            size_text(each.byte_rate),
            fmt::format("{}", each.client.messages),
            size_text(static_cast<double>(each.client.bytes)),
            duration_text(each.client.idle),
            fmt::format("{}{}", each.client.unread_replies, each.client.reading ? "" : "!")};
        if (rates) cells.emplace_back(each.client.limited ? _("limited") : "");
        table.add(std::move(cells));
    }
    std::vector<TopLine> lines;
    for (std::string& line : table.lines()) {
        lines.push_back(
            {std::move(line), lines.empty() ? TopLine::Style::title : TopLine::Style::plain});
    }
    lines.resize(std::min(lines.size(), rows));
    return lines;
}

TopLine last_line(const TopModel& model, const TopLook& look) {
    if (!look.trouble.empty()) return {look.trouble, TopLine::Style::trouble};
    std::string text = look.paused ? _("paused, p resumes") : _("p pauses");
    text = formatted(_("q quits, s sorts (by {}), {}"), order_text(model.order()), text);
    if (!model.all_clients()) {
        text += formatted(_("; of the first {} clients"), model.clients().size());
    }
    return {std::move(text)};
}

}  // namespace

std::vector<TopLine> top_lines(const TopModel& model, const TopLook& look,
                               const LocaleCharset& charset) {
    std::vector<TopLine> lines;
    if (look.rows == 0 || look.columns == 0) return lines;
    lines.push_back({title_text(model.status(), charset), TopLine::Style::title});
    const std::size_t kept = 2 + FEWEST_CLIENTS;  // including the last line
    for (TopLine& line : daemon_lines(model, look, charset)) {
        // Problems take precedence over clients.
        const bool urgent = line.style == TopLine::Style::trouble && lines.size() + 1 < look.rows;
        if (urgent || lines.size() + kept <= look.rows) lines.push_back(std::move(line));
    }
    if (look.rows > lines.size() + 1) {
        const std::size_t room = look.rows - lines.size() - 1;
        for (TopLine& line : client_lines(model, room, charset)) lines.push_back(std::move(line));
    }
    if (look.rows > 1) {
        lines.resize(look.rows - 1);
        lines.push_back(last_line(model, look));
    }
    for (TopLine& line : lines) line.text = cut_to_columns(line.text, look.columns);
    return lines;
}

}  // namespace hark
