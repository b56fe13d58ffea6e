// `hark bench`: measures how many messages a daemon takes, and how long each waits for its
// acknowledgement. The messages are recorded like any others.
#pragma once

#include "common/cli/option_spec.hpp"
#include "common/locale/i18n.hpp"
#include "tools/bench/bench_options.hpp"

#include <array>
#include <string>

namespace hark {

// Returns the exit status. Throws UsageError if the options conflict, SystemError if it cannot even
// start.
[[nodiscard]] int bench(const BenchOptions& options);

// For takes<>.
void take_connections(BenchOptions& into, const std::string& value);
void take_size(BenchOptions& into, const std::string& value);
void take_pipeline(BenchOptions& into, const std::string& value);
void take_rate(BenchOptions& into, const std::string& value);
void take_duration(BenchOptions& into, const std::string& value);
void take_messages(BenchOptions& into, const std::string& value);
void take_warmup(BenchOptions& into, const std::string& value);
void take_charset_mix(BenchOptions& into, const std::string& value);
void take_framing_mix(BenchOptions& into, const std::string& value);
void take_bench_timeout(BenchOptions& into, const std::string& value);

inline constexpr std::array BENCH_OPTIONS{
    OptionSpec{"--connections", "COUNT", N_("Number of connections; default: 50"), Choice::nothing,
               takes<take_connections>, 'c'},
    OptionSpec{"--duration", "TIME",
               N_("Send for this long: seconds, or a time such as 500ms, 2m or 1h; default: 10"),
               Choice::nothing, takes<take_duration>, 'd'},
    OptionSpec{"--messages", "COUNT", N_("Send this many messages, however long it takes"),
               Choice::nothing, takes<take_messages>, 'n'},
    OptionSpec{"--rate", "RATE",
               N_("Send this many messages per second in total; default: as they are acknowledged"),
               Choice::nothing, takes<take_rate>, 'R'},
    OptionSpec{"--pipeline", "COUNT",
               N_("Messages in flight per connection; default: 1, or no limit with --rate"),
               Choice::nothing, takes<take_pipeline>, 'P'},
    OptionSpec{"--size", "BYTES", N_("Size of a message without its terminator; default: 64"),
               Choice::nothing, takes<take_size>, 's'},
    OptionSpec{"--charset", "MIX",
               N_("ascii, chinese, gbk, undecodable, or a mix of these; default: ascii"),
               Choice::nothing, takes<take_charset_mix>},
    OptionSpec{"--framing", "MIX",
               N_("Terminator: lf, crlf, nul, none, or a mix of these; default: lf"),
               Choice::nothing, takes<take_framing_mix>},
    OptionSpec{"--warmup", "TIME", N_("Send for this long before counting; default: 0"),
               Choice::nothing, takes<take_warmup>},
    OptionSpec{"--timeout", "SECONDS",
               N_("Give up after SECONDS without an acknowledgement; 0: never; default: 30"),
               Choice::nothing, takes<take_bench_timeout>},
};

}  // namespace hark
