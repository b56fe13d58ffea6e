// `hark tail`: shows records as they are stored, straight from the daemon.
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
    OptionSpec{"--client", "N", N_("Only from client N"), Choice::nothing, takes<take_tail_client>},
    OptionSpec{"--peer", "ADDRESS",
               N_("Only from an address, an ADDRESS:PORT, or a network such as 192.0.2.0/24"),
               Choice::nothing, takes<take_tail_peer>},
    OptionSpec{"--text", "WORDS", N_("Only if the text contains WORDS, in any case"),
               Choice::nothing, takes<take_tail_text>},
    OptionSpec{"--events", nullptr, N_("Also show connections, pauses and diagnostics"),
               Choice::nothing, takes<take_tail_events>},
};

}  // namespace hark
