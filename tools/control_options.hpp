// The options of the commands that go over the control socket.
#pragma once

#include "common/locale/i18n.hpp"
#include "tools/commands.hpp"

#include <array>

namespace hark {

// As OptionSpec::take.
void take_openmetrics(Arguments& into, const std::string& value);
void take_output(Arguments& into, const std::string& value);
void take_sort(Arguments& into, const std::string& value);
void take_reverse(Arguments& into, const std::string& value);
void take_tail_client(Arguments& into, const std::string& value);
void take_tail_peer(Arguments& into, const std::string& value);
void take_tail_text(Arguments& into, const std::string& value);
void take_tail_events(Arguments& into, const std::string& value);
void take_all(Arguments& into, const std::string& value);

inline constexpr std::array STATUS_OPTIONS{
    OptionSpec{"--openmetrics", nullptr,
               N_("Print OpenMetrics text, for Prometheus and others that read it"),
               Choice::nothing, take_openmetrics},
    OptionSpec{"--output", "FILE", N_("Replace FILE by it, as a whole, and print nothing"),
               Choice::file, take_output},
};

inline constexpr std::array CLIENTS_OPTIONS{
    OptionSpec{"--sort", "COLUMN",
               N_("Sort by id, peer, age, idle, messages, bytes or unread; -COLUMN: the largest "
                  "first"),
               Choice::nothing, take_sort},
    OptionSpec{"--reverse", nullptr, N_("The largest first"), Choice::nothing, take_reverse, 'r'},
};

inline constexpr std::array TAIL_OPTIONS{
    OptionSpec{"--client", "N", N_("Only those of client N"), Choice::nothing, take_tail_client},
    OptionSpec{
        "--peer", "ADDRESS",
        N_("Only those of an address, of ADDRESS:PORT, or of a network such as 192.0.2.0/24"),
        Choice::nothing, take_tail_peer},
    OptionSpec{"--text", "WORDS", N_("Only those with WORDS in their text, in any case"),
               Choice::nothing, take_tail_text},
    OptionSpec{"--events", nullptr, N_("Show connections, pauses and the daemon's own words, too"),
               Choice::nothing, take_tail_events},
};

inline constexpr std::array SAY_OPTIONS{
    OptionSpec{"--all", nullptr, N_("Write to all clients; no ID is given"), Choice::nothing,
               take_all},
};

}  // namespace hark
