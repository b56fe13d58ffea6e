// `hark tail` and `hark wait`: records as they are stored, straight from the daemon.
#pragma once

#include "common/cli/option_spec.hpp"
#include "common/locale/i18n.hpp"
#include "tools/log/tail_options.hpp"

#include <array>
#include <string>

namespace hark {

// Returns the exit status. Throws UsageError and SystemError.
[[nodiscard]] int tail(const TailOptions& options);

// For takes<>.
void take_tail_client(TailOptions& into, const std::string& value);
void take_tail_peer(TailOptions& into, const std::string& value);
void take_tail_text(TailOptions& into, const std::string& value);
void take_tail_events(TailOptions& into, const std::string& value);
void take_tail_grep(TailOptions& into, const std::string& value);
void take_tail_invert(TailOptions& into, const std::string& value);
void take_tail_count(TailOptions& into, const std::string& value);
void take_tail_timeout(TailOptions& into, const std::string& value);
void take_tail_format(TailOptions& into, const std::string& value);
void take_tail_fields(TailOptions& into, const std::string& value);

inline constexpr std::array TAIL_OPTIONS{
    OptionSpec{"--client", "N", N_("Only from client N"), Choice::nothing, takes<take_tail_client>},
    OptionSpec{"--peer", "ADDRESS",
               N_("Only from an address, an ADDRESS:PORT, or a network such as 192.0.2.0/24"),
               Choice::nothing, takes<take_tail_peer>},
    OptionSpec{"--text", "WORDS", N_("Only if the text contains WORDS, in any case"),
               Choice::nothing, takes<take_tail_text>},
    OptionSpec{"--grep", "PATTERN",
               N_("Only if the text matches; an upper-case letter in PATTERN makes case matter"),
               Choice::nothing, takes<take_tail_grep>},
    OptionSpec{"--invert-match", nullptr, N_("Only those that --grep does not match"),
               Choice::nothing, takes<take_tail_invert>, 'v'},
    OptionSpec{"--events", nullptr, N_("Also show connections, pauses and diagnostics"),
               Choice::nothing, takes<take_tail_events>},
    OptionSpec{"--count", "COUNT", N_("Only the first COUNT that match, then end"), Choice::nothing,
               takes<take_tail_count>},
    OptionSpec{"--timeout", "SECONDS", N_("End after SECONDS"), Choice::nothing,
               takes<take_tail_timeout>},
    OptionSpec{"--format", "FORMAT",
               N_("Print lines such as \"%t %p %x\": time, peer, text; see hark(1)"),
               Choice::nothing, takes<take_tail_format>},
    OptionSpec{"--fields", "KEY,...", N_("Print only these keys of the record"), Choice::nothing,
               takes<take_tail_fields>},
};

}  // namespace hark
