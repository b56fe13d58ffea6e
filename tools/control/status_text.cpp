#include "tools/control/status_text.hpp"

#include "common/locale/i18n.hpp"
#include "tools/terminal/columns.hpp"
#include "tools/terminal/quantity_text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace hark {

namespace {

std::string listed(const std::vector<std::string>& items, const LocaleCharset& charset) {
    std::string text;
    for (const std::string& item : items) {
        if (!text.empty()) text += ", ";
        text += shown_text(charset, item);
    }
    return text.empty() ? "-" : text;
}

// The settings that differ from the default, in the words of the configuration.
std::string listening_text(const ListeningStatus& listening, const LocaleCharset& charset) {
    const ListeningStatus usual;
    std::vector<std::string> settings;
    const auto add = [&](const char* name, const std::string& value, const std::string& usually) {
        if (value != usually) settings.push_back(fmt::format("{} {}", name, value));
    };
    add("framing", listening.framing, usual.framing);
    add("charset", listening.charset, usual.charset);
    add("replies", listening.replies, usual.replies);
    if (!listening.telnet) settings.emplace_back("telnet false");
    add("record_connections", listening.record_connections, usual.record_connections);
    if (listening.tls) {
        constexpr std::size_t DATE = 10;  // characters of an RFC 3339 time
        const std::string date = listening.tls->expires.substr(0, DATE);
        settings.push_back(date.empty() ? "tls" : formatted(_("tls, certificate until {}"), date));
        if (listening.tls->client_certificates) settings.emplace_back(_("client certificates"));
    }
    const std::string address = shown_text(charset, listening.address);
    return settings.empty() ? address : address + " (" + listed(settings, charset) + ")";
}

// All addresses on one line, unless there is more to say about them.
std::vector<std::string> listening_lines(const DaemonStatus& status, const LocaleCharset& charset) {
    std::vector<std::string> lines;
    bool are_usual = true;
    for (const ListeningStatus& each : status.listening) {
        lines.push_back(listening_text(each, charset));
        are_usual = are_usual && lines.back() == shown_text(charset, each.address);
    }
    if (are_usual) lines = {listed(status.listeners, charset)};
    return lines;
}

std::string connections_text(const DaemonStatus& status) {
    std::string text = formatted(
        _("{} now, {} at most; {} in all, {} refused, {} of another protocol"), status.connections,
        status.max_connections, status.connections_total, status.refused, status.probes);
    if (status.unused_connections > 0) {
        text += formatted(_(", {} that sent nothing"), status.unused_connections);
    }
    if (status.proxy_local > 0) {
        text += formatted(_(", {} of proxies themselves"), status.proxy_local);
    }
    if (status.slowed > 0) text += formatted(_("; {} slowed down now"), status.slowed);
    return text;
}

std::string counts_text(const std::vector<std::pair<std::string, std::uint64_t>>& all,
                        const LocaleCharset& charset) {
    std::vector<std::string> counts;
    counts.reserve(all.size());
    for (const auto& [name, count] : all) counts.push_back(fmt::format("{} {}", name, count));
    return listed(counts, charset);
}

// In the words of the configuration; empty if there are none.
std::string limits_text(const LimitsStatus& limits, const LocaleCharset& charset) {
    std::vector<std::string> texts;
    for (const auto& [name, limit] : named_limits(limits)) {
        if (limit > 0) texts.push_back(fmt::format("{} {}", name, limit));
    }
    if (texts.empty()) return {};
    std::string text = listed(texts, charset);
    if (!limits.exempt.empty()) text += "; exempt " + listed(limits.exempt, charset);
    return text;
}

std::string resources_text(const DaemonStatus& status) {
    const std::string memory = size_text(static_cast<double>(status.memory));
    const std::string processor = duration_text(status.cpu);
    if (status.memory_limit == 0)
        return formatted(_("{}, {} of processor time"), memory, processor);
    return formatted(_("{} of at most {}, {} of processor time"), memory,
                     size_text(static_cast<double>(status.memory_limit)), processor);
}

using Fact = std::pair<const char*, std::string>;

std::vector<Fact> facts_of(const DaemonStatus& status, const LocaleCharset& charset) {
    std::vector<Fact> facts;
    for (std::string& line : listening_lines(status, charset)) {
        facts.emplace_back(facts.empty() ? _("Listening") : "", std::move(line));
    }
    facts.emplace_back(_("Connections"), connections_text(status));
    const std::string limits = limits_text(status.limits, charset);
    if (!limits.empty()) facts.emplace_back(_("Limits"), limits);
    if (!status.refusals.empty()) {
        facts.emplace_back(_("Refusals"), counts_text(status.refusals, charset));
    }
    const Fact others[] = {
        {_("Messages"),
         formatted(_("{}; {}/s in the last second, {}/s in the last minute"), status.messages,
                   rate_text(status.message_rate.second), rate_text(status.message_rate.minute))},
        {_("Bytes"),
         formatted(_("{}; {}/s in the last second, {}/s in the last minute; {} discarded"),
                   status.bytes, size_text(status.byte_rate.second),
                   size_text(status.byte_rate.minute), status.discarded)},
        {_("Charsets"), counts_text(status.charsets, charset)},
        {_("Resources"), resources_text(status)},
        {_("Rounds"), formatted(_("median {}, 99 % within {}, longest {}, in the last minute"),
                                latency_text(status.latency_p50), latency_text(status.latency_p99),
                                latency_text(status.latency_max))},
        {_("Followers"), formatted(_("{}; {} records dropped, since they were too slow"),
                                   status.tails, status.tail_dropped)},
        {_("Log"), status.accepting ? _("accepts records")
                                    : _("accepts no records: nothing is read from clients")},
    };
    facts.insert(facts.end(), std::begin(others), std::end(others));
    if (status.restarts > 0) {
        facts.emplace_back(_("Restarts"),
                           formatted(_("{} in place; the counters are kept"), status.restarts));
    }
    return facts;
}

std::string stream_text(const StreamStatus& stream, const LocaleCharset& charset) {
    std::string text =
        stream.server.empty()
            ? std::string{_("not connected")}
            : formatted(_("{}, leader {}"), shown_text(charset, stream.server),
                        stream.leader.empty() ? _("unknown") : shown_text(charset, stream.leader));
    text +=
        formatted(_("; {} of {} replicas; batches of {}, acknowledged in {} ms"),
                  stream.replicas - std::min<std::uint64_t>(stream.missing.size(), stream.replicas),
                  stream.replicas, size_text(static_cast<double>(stream.batch_bytes)),
                  fmt::format("{:.1f}", stream.latency * 1000));
    if (stream.retries > 0 || stream.reconnects > 0) {
        text +=
            formatted(_("; {} sent again, {} reconnections"), stream.retries, stream.reconnects);
    }
    return text;
}

TextTable sink_table(const DaemonStatus& status, const LocaleCharset& charset) {
    TextTable table{{{_("Log")},
                     {_("State")},
                     {_("Waiting"), true},
                     {_("Size"), true},
                     {_("Pauses"), true},
                     {_("Paused"), true},
                     {_("Reason")}}};
    for (const SinkStatus& sink : status.sinks) {
        std::string reason = shown_text(charset, sink.reason);
        if (sink.paused_since_seconds) {
            const std::string since = duration_text(*sink.paused_since_seconds);
            reason = reason.empty() ? formatted(_("for {}"), since)
                                    : formatted(_("for {}: {}"), since, reason);
        }
        table.add({shown_text(charset, sink.name), sink_state_text(sink.state, charset),
                   fmt::format("{}", sink.lag), size_text(static_cast<double>(sink.lag_bytes)),
                   fmt::format("{}", sink.pauses), duration_text(sink.paused_seconds),
                   std::move(reason)});
    }
    return table;
}

}  // namespace

std::string sink_state_text(const std::string& state, const LocaleCharset& charset) {
    if (state == "clear") return _("clear");
    if (state == "busy") return _("busy");
    if (state == "blocked") return _("blocked");
    if (state == "refusing") return _("refusing");
    if (state == "gone") return _("gone");
    return shown_text(charset, state);
}

std::string status_text(const DaemonStatus& status, const LocaleCharset& charset) {
    std::string text =
        formatted(_("harkd {}, run {}, process {}, up {}"), shown_text(charset, status.version),
                  shown_text(charset, status.run), status.pid, duration_text(status.uptime)) +
        "\n";
    const std::vector<Fact> facts = facts_of(status, charset);
    std::size_t width = 0;
    for (const auto& [name, value] : facts) width = std::max(width, columns_of(name));
    for (const auto& [name, value] : facts) {
        text += fill_columns(name, width + 2) + value + "\n";
    }
    for (const SinkStatus& sink : status.sinks) {
        if (!sink.stream) continue;
        const auto name = shown_text(charset, sink.name);
        text += fill_columns(name, std::max(width, columns_of(name)) + 2) +
                stream_text(*sink.stream, charset) + "\n";
    }
    if (!status.sinks.empty()) {
        text += "\n";
        for (const std::string& line : sink_table(status, charset).lines()) text += line + "\n";
    }
    return text;
}

}  // namespace hark
