// The options of `hark log`.
#pragma once

#include "common/locale/i18n.hpp"
#include "tools/commands.hpp"

#include <array>

namespace hark {

// As OptionSpec::take.
void take_since(Arguments& into, const std::string& value);
void take_until(Arguments& into, const std::string& value);
void take_client(Arguments& into, const std::string& value);
void take_peer(Arguments& into, const std::string& value);
void take_grep(Arguments& into, const std::string& value);
void take_lines(Arguments& into, const std::string& value);
void take_follow(Arguments& into, const std::string& value);
void take_file(Arguments& into, const std::string& value);
void take_events(Arguments& into, const std::string& value);

inline constexpr std::array LOG_OPTIONS{
    OptionSpec{"--lines", "COUNT", N_("Only the last COUNT records; \"all\": not only the last 10"),
               Choice::nothing, take_lines, 'n'},
    OptionSpec{"--follow", nullptr,
               N_("Show the last 10 records, and new ones as they come, until Ctrl-C"),
               Choice::nothing, take_follow, 'f'},
    OptionSpec{"--since", "TIME", N_("Only records from that time on"), Choice::nothing,
               take_since},
    OptionSpec{"--until", "TIME", N_("Only records up to that time"), Choice::nothing, take_until},
    OptionSpec{"--client", "N",
               N_("Only those of connection N; RUN:N names one of a run of the daemon"),
               Choice::nothing, take_client},
    OptionSpec{
        "--peer", "ADDRESS",
        N_("Only those of an address, of ADDRESS:PORT, or of a network such as 192.0.2.0/24"),
        Choice::nothing, take_peer},
    OptionSpec{"--grep", "PATTERN",
               N_("Only those whose text matches; case counts with an upper-case letter in it"),
               Choice::nothing, take_grep},
    OptionSpec{"--file", "PATH", N_("Read a file of JSON Lines or of the journal"), Choice::file,
               take_file},
    OptionSpec{"--events", nullptr, N_("Show connections, pauses and the daemon's own words, too"),
               Choice::nothing, take_events},
};

}  // namespace hark
