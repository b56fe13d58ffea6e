// `hark tail`: records as they are stored, from the daemon itself.
#pragma once

#include "common/cli/option_spec.hpp"
#include "common/locale/i18n.hpp"
#include "tools/log/tail_options.hpp"

#include <array>
#include <string>

namespace hark {

// Returns the exit status. Throws SystemError.
[[nodiscard]] int tail(const TailOptions& options);

// For takes<>.
void take_tail_client(TailOptions& into, const std::string& value);
void take_tail_peer(TailOptions& into, const std::string& value);
void take_tail_text(TailOptions& into, const std::string& value);
void take_tail_events(TailOptions& into, const std::string& value);

inline constexpr std::array TAIL_OPTIONS{
    OptionSpec{"--client", "N", N_("Only those of client N"), Choice::nothing,
               takes<take_tail_client>},
    OptionSpec{
        "--peer", "ADDRESS",
        N_("Only those of an address, of ADDRESS:PORT, or of a network such as 192.0.2.0/24"),
        Choice::nothing, takes<take_tail_peer>},
    OptionSpec{"--text", "WORDS", N_("Only those with WORDS in their text, in any case"),
               Choice::nothing, takes<take_tail_text>},
    OptionSpec{"--events", nullptr, N_("Show connections, pauses and the daemon's own words, too"),
               Choice::nothing, takes<take_tail_events>},
};

}  // namespace hark
