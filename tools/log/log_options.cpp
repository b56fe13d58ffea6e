#include "tools/log/log_options.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/locale/locale_charset.hpp"
#include "common/stream/stream_settings.hpp"
#include "common/text/number.hpp"
#include "tools/cli/option_values.hpp"
#include "tools/log/log.hpp"
#include "tools/log/record_form.hpp"
#include "tools/records/log_time.hpp"

namespace hark {

namespace {

WallTime to_time(const char* option, const std::string& value, Twice twice) {
    const auto time = parse_log_time(value, SystemClock{}.wall(), twice);
    if (!time) {
        throw UsageError{formatted(_("{}: invalid time \"{}\": expected one such as\n"
                                     "\"2026-11-22 10:00:00\", 2026-11-22, 10:00, now, today, "
                                     "yesterday, -1h, \"1h ago\", @1795341600 or "
                                     "2026-11-22T10:00:00Z"),
                                   option, argument_text(value))};
    }
    return *time;
}

// Eight hex digits.
bool is_run(std::string_view text) noexcept {
    constexpr std::size_t DIGITS = 8;
    return text.size() == DIGITS &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

void take_since(LogOptions& into, const std::string& value) {
    into.since = to_time("--since", value, Twice::first);
}

void take_until(LogOptions& into, const std::string& value) {
    into.until = to_time("--until", value, Twice::second);
}

void take_client(LogOptions& into, const std::string& value) {
    LogOptions::Client client;
    const std::size_t colon = value.find(':');
    const bool has_run = colon != std::string::npos;
    if (has_run) client.run = value.substr(0, colon);
    const auto number =
        parse_number<std::uint64_t>(std::string_view{value}.substr(has_run ? colon + 1 : 0));
    if (!number || *number == 0 || (has_run && !is_run(client.run))) {
        refuse_value(
            _("--client: invalid connection \"{}\": expected its number, or RUN:NUMBER as in "
              "5f3a9c01:17"),
            value);
    }
    client.connection = *number;
    into.client = client;
}

void take_peer(LogOptions& into, const std::string& value) {
    into.peer = AddressPattern::parse(value);
    if (!into.peer) {
        refuse_value(
            _("--peer: invalid address \"{}\": expected one such as 192.0.2.7, 192.0.2.7:51324, "
              "[2001:db8::7]:40112 or 192.0.2.0/24"),
            value);
    }
}

void take_grep(LogOptions& into, const std::string& value) {
    into.grep = argument_text(value);
}

void take_lines(LogOptions& into, const std::string& value) {
    into.all_lines = value == "all";
    into.lines = parse_number<std::uint64_t>(value);
    if (!into.all_lines && !into.lines) {
        refuse_value(_("--lines: invalid count \"{}\": expected a number or \"all\""), value);
    }
}

void take_follow(LogOptions& into, const std::string&) {
    into.follow = true;
}

void take_file(LogOptions& into, const std::string& value) {
    if (value.empty()) throw UsageError{_("--file: expected a file name")};
    into.files.push_back(value);
}

void take_nats(LogOptions& into, const std::string&) {
    into.stream.emplace();
}

void take_log_config(LogOptions& into, const std::string& value) {
    if (value.empty()) throw UsageError{_("--config: expected a file name")};
    into.config = value;
}

void take_subject(LogOptions& into, const std::string& value) {
    into.subject = argument_text(value);
    if (!is_subject(*into.subject, true)) {
        refuse_value(_("--subject: invalid subject \"{}\": expected words separated by dots, "
                       "such as hark.site7 or \"hark.>\""),
                     value);
    }
}

void take_count(LogOptions& into, const std::string& value) {
    into.count = number_from<std::uint64_t>(value, 1, UINT64_MAX,
                                            _("--count: invalid count \"{}\": expected a number"));
}

void take_log_timeout(LogOptions& into, const std::string& value) {
    into.timeout = timeout_from(value);
}

void take_invert(LogOptions& into, const std::string&) {
    into.invert = true;
}

void take_log_reverse(LogOptions& into, const std::string&) {
    into.reverse = true;
}

void take_summary(LogOptions& into, const std::string&) {
    into.summary = true;
}

void take_log_format(LogOptions& into, const std::string& value) {
    take_format(into.form, value);
}

void take_log_fields(LogOptions& into, const std::string& value) {
    take_fields(into.form, value);
}

void take_events(LogOptions& into, const std::string&) {
    into.events = true;
}

}  // namespace hark
