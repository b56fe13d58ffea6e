// The options of `hark bench`.
#pragma once

#include "common/locale/i18n.hpp"
#include "tools/commands.hpp"

#include <array>

namespace hark {

// As OptionSpec::take.
void take_connections(Arguments& into, const std::string& value);
void take_size(Arguments& into, const std::string& value);
void take_pipeline(Arguments& into, const std::string& value);
void take_rate(Arguments& into, const std::string& value);
void take_duration(Arguments& into, const std::string& value);
void take_messages(Arguments& into, const std::string& value);
void take_warmup(Arguments& into, const std::string& value);
void take_charset_mix(Arguments& into, const std::string& value);
void take_framing_mix(Arguments& into, const std::string& value);
void take_bench_timeout(Arguments& into, const std::string& value);

// Throws UsageError when they do not go together.
void check_bench_options(const BenchOptions& options);

inline constexpr std::array BENCH_OPTIONS{
    OptionSpec{"--connections", "COUNT", N_("Connections to send on; default: 50"), Choice::nothing,
               take_connections, 'c'},
    OptionSpec{"--duration", "TIME",
               N_("Send for so long: seconds, or as in 500ms, 2m, 1h; default: 10"),
               Choice::nothing, take_duration, 'd'},
    OptionSpec{"--messages", "COUNT", N_("Send so many messages, however long that takes"),
               Choice::nothing, take_messages, 'n'},
    OptionSpec{"--rate", "RATE",
               N_("Send so many messages a second over all; default: as acknowledgements come"),
               Choice::nothing, take_rate, 'R'},
    OptionSpec{"--pipeline", "COUNT",
               N_("Messages in flight on a connection; default: 1, with --rate any number"),
               Choice::nothing, take_pipeline, 'P'},
    OptionSpec{"--size", "BYTES", N_("Size of a message, without its end; default: 64"),
               Choice::nothing, take_size, 's'},
    OptionSpec{"--charset", "MIX",
               N_("ascii, chinese, gbk, undecodable, or parts of them; default: ascii"),
               Choice::nothing, take_charset_mix},
    OptionSpec{"--framing", "MIX",
               N_("What ends a message: lf, crlf, nul, none, or parts of them; default: lf"),
               Choice::nothing, take_framing_mix},
    OptionSpec{"--warmup", "TIME", N_("Send for so long before anything is counted; default: 0"),
               Choice::nothing, take_warmup},
    OptionSpec{"--timeout", "SECONDS",
               N_("Give up when nothing is acknowledged for so long; 0: never; default: 30"),
               Choice::nothing, take_bench_timeout},
};

}  // namespace hark
