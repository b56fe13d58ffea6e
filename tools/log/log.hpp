// `hark log`: shows recorded messages and events, from the journal or a file.
#pragma once

#include "common/cli/option_spec.hpp"
#include "common/locale/i18n.hpp"
#include "tools/log/log_options.hpp"

#include <array>
#include <string>

namespace hark {

// Returns the exit status. Throws UsageError and std::runtime_error.
[[nodiscard]] int show_log(const LogOptions& options);

// For takes<>.
void take_since(LogOptions& into, const std::string& value);
void take_until(LogOptions& into, const std::string& value);
void take_client(LogOptions& into, const std::string& value);
void take_peer(LogOptions& into, const std::string& value);
void take_grep(LogOptions& into, const std::string& value);
void take_lines(LogOptions& into, const std::string& value);
void take_follow(LogOptions& into, const std::string& value);
void take_file(LogOptions& into, const std::string& value);
void take_events(LogOptions& into, const std::string& value);
void take_count(LogOptions& into, const std::string& value);
void take_log_timeout(LogOptions& into, const std::string& value);
void take_invert(LogOptions& into, const std::string& value);
void take_log_reverse(LogOptions& into, const std::string& value);
void take_summary(LogOptions& into, const std::string& value);
void take_log_format(LogOptions& into, const std::string& value);
void take_log_fields(LogOptions& into, const std::string& value);
void take_nats(LogOptions& into, const std::string& value);
void take_log_config(LogOptions& into, const std::string& value);
void take_subject(LogOptions& into, const std::string& value);

inline constexpr std::array LOG_OPTIONS{
    OptionSpec{"--lines", "COUNT",
               N_("Only the last COUNT records, or \"all\" of them with --follow"), Choice::nothing,
               takes<take_lines>, 'n'},
    OptionSpec{"--follow", nullptr,
               N_("Show the last 10 records, then new ones as they come, until Ctrl-C"),
               Choice::nothing, takes<take_follow>, 'f'},
    OptionSpec{"--since", "TIME", N_("Only records from TIME on"), Choice::nothing,
               takes<take_since>},
    OptionSpec{"--until", "TIME", N_("Only records up to TIME"), Choice::nothing,
               takes<take_until>},
    OptionSpec{"--client", "N",
               N_("Only from connection N; RUN:N: of a particular run of the daemon"),
               Choice::nothing, takes<take_client>},
    OptionSpec{"--peer", "ADDRESS",
               N_("Only from an address, an ADDRESS:PORT, or a network such as 192.0.2.0/24"),
               Choice::nothing, takes<take_peer>},
    OptionSpec{"--grep", "PATTERN",
               N_("Only if the text matches; an upper-case letter in PATTERN makes case matter"),
               Choice::nothing, takes<take_grep>},
    OptionSpec{"--invert-match", nullptr, N_("Only those that --grep does not match"),
               Choice::nothing, takes<take_invert>, 'v'},
    OptionSpec{
        "--file", "PATH",
        N_("Read a file and its rotated ones, a journal file, or - (standard input); repeatable"),
        Choice::file, takes<take_file>},
    OptionSpec{"--nats", nullptr,
               N_("Read the stream of NATS JetStream that harkd's configuration names"),
               Choice::nothing, takes<take_nats>},
    OptionSpec{"--config", "FILE",
               N_("harkd's configuration, for --nats; default: /etc/harkd/harkd.toml"),
               Choice::file, takes<take_log_config>},
    OptionSpec{"--subject", "PATTERN",
               N_("With --nats: subjects such as \"hark.>\"; default: that of the configuration"),
               Choice::nothing, takes<take_subject>},
    OptionSpec{"--events", nullptr, N_("Also show connections, pauses and diagnostics"),
               Choice::nothing, takes<take_events>},
    OptionSpec{"--count", "COUNT", N_("Only the first COUNT that match, then end"), Choice::nothing,
               takes<take_count>},
    OptionSpec{"--reverse", nullptr, N_("Show the newest first"), Choice::nothing,
               takes<take_log_reverse>},
    OptionSpec{"--timeout", "SECONDS", N_("End after SECONDS"), Choice::nothing,
               takes<take_log_timeout>},
    OptionSpec{"--format", "FORMAT",
               N_("Print lines such as \"%t %p %x\": time, peer, text; see hark(1)"),
               Choice::nothing, takes<take_log_format>},
    OptionSpec{"--fields", "KEY,...", N_("Print only these keys of the record"), Choice::nothing,
               takes<take_log_fields>},
    OptionSpec{"--summary", nullptr, N_("Print a table of who has sent how much, and when"),
               Choice::nothing, takes<take_summary>},
};

}  // namespace hark
