#include "daemon/config/options.hpp"

#include "common/cli/help_text.hpp"
#include "common/cli/option_parser.hpp"
#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/locale/locale_charset.hpp"
#include "common/text/number.hpp"
#include "daemon/config/exit_status.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <span>

#include <fmt/core.h>

namespace hark {

namespace {

void take_once(std::optional<std::string>& into, const char* name, const std::string& value) {
    if (into) throw UsageError{formatted(_("{}: given more than once"), name)};
    into = value;
}

void take_config(Options& into, const std::string& value) {
    take_once(into.config, "--config", value);
}

void take_listen(Options& into, const std::string& value) {
    into.listen.push_back(value);
}

void take_control(Options& into, const std::string& value) {
    take_once(into.control, "--control", value);
}

void take_log(Options& into, const std::string& value) {
    into.log.push_back(value);
}

void take_framing(Options& into, const std::string& value) {
    take_once(into.framing, "--framing", value);
}

void take_charset(Options& into, const std::string& value) {
    take_once(into.charset, "--charset", value);
}

void take_user(Options& into, const std::string& value) {
    take_once(into.user, "--user", value);
}

void take_check_config(Options& into, const std::string&) {
    into.check_config = true;
}

int descriptor(const char* name, const std::string& value) {
    const auto fd = parse_number<int>(value);
    if (!fd || *fd < 0) {
        throw UsageError{fmt::format("{}: expected the number of a descriptor, got {}", name,
                                     argument_text(value))};
    }
    return *fd;
}

void take_check_state(Options& into, const std::string& value) {
    into.check_state = descriptor(CHECK_STATE, value);
}

void take_take_over(Options& into, const std::string& value) {
    into.take_over = descriptor(TAKE_OVER, value);
}

constexpr std::array OPTIONS{
    OptionSpec{"--config", "FILE",
               N_("Configuration file; default: /etc/harkd/harkd.toml, if it exists"), Choice::file,
               takes<take_config>},
    OptionSpec{"--listen", "ADDR:PORT",
               N_("Address to listen on; may be given more than once; default: [::]:8765"),
               Choice::nothing, takes<take_listen>},
    OptionSpec{"--control", "PATH",
               N_("Control socket; empty: none; default: /run/harkd/control, or\n"
                  "$XDG_RUNTIME_DIR/harkd/control"),
               Choice::file, takes<take_control>},
    OptionSpec{"--log", "SINK",
               N_("Where records go: console, json (JSON Lines on standard output), journal,\n"
                  "file:PATH (JSON Lines), or nats:STREAM; may be given more than once; default:\n"
                  "the journal under systemd, else the console"),
               Choice::nothing, takes<take_log>},
    OptionSpec{"--framing", "MODE",
               N_("Where a message ends: auto, line, chunk, delimited, counted or length;\n"
                  "default: auto"),
               Choice::nothing, takes<take_framing>},
    OptionSpec{"--charset", "MODE",
               N_("What peers send: auto, utf-8, gb18030, utf-16le, utf-16be, or another\n"
                  "charset that iconv knows; default: auto"),
               Choice::nothing, takes<take_charset>},
    OptionSpec{"--user", "NAME",
               N_("User to become once the addresses are open, if started as root;\n"
                  "default: remain the same"),
               Choice::nothing, takes<take_user>},
    OptionSpec{"--check-config", nullptr, N_("Check the configuration, and exit"), Choice::nothing,
               takes<take_check_config>},
};

// For the process that succeeds this one, not for operators.
constexpr std::array INTERNAL_OPTIONS{
    OptionSpec{CHECK_STATE, "FD", "", Choice::nothing, takes<take_check_state>},
    OptionSpec{TAKE_OVER, "FD", "", Choice::nothing, takes<take_take_over>},
};

std::string help_text() {
    std::string text = fmt::format(
        "{} harkd [OPTION...]\n\n{}\n", _("Usage:"),
        _("harkd listens for text messages over TCP, acknowledges each one, and records it.\n"
          "A message acknowledged with 250 is in the log."));
    std::vector<HelpRow> rows = option_rows(OPTIONS);
    for (HelpRow& row : standard_rows()) rows.push_back(std::move(row));
    append_section(text, _("Options:"), rows);
    return text;
}

ParsedOptions answered(const std::string& text) {
    std::cout << LocaleCharset{}.encode(text);
    return {{}, EXIT_STOPPED};
}

}  // namespace

ParsedOptions parse_options(int argc, char** argv) {
    Options options;
    OptionParser parser{std::span<const char* const>{argv + std::min(argc, 1), argv + argc}};
    const std::array groups{OptionGroup::of<OPTIONS>(options),
                            OptionGroup::of<INTERNAL_OPTIONS>(options)};
    try {
        if (const auto word = parser.next_word(groups)) {
            throw UsageError{formatted(_("unexpected argument: {}"), argument_text(*word))};
        }
    } catch (const UsageError& problem) {
        std::cerr << LocaleCharset{}.encode(
            fmt::format("harkd: {}\n{}\n", problem.what(), _("Try: harkd --help")));
        return {{}, EXIT_USAGE};
    }
    if (parser.wants_help()) return answered(help_text());
    if (parser.wants_version()) return answered("harkd " HARK_VERSION "\n");
    return {options, std::nullopt};
}

}  // namespace hark
