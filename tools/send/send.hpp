// `hark send`: sends messages from the command line or standard input, and waits for
// acknowledgement.
#pragma once

#include "common/cli/option_spec.hpp"
#include "common/locale/i18n.hpp"
#include "tools/send/send_options.hpp"

#include <array>
#include <string>

namespace hark {

// Returns the exit status. Throws SystemError if it cannot even start.
[[nodiscard]] int send_messages(const SendOptions& options);

// For takes<>.
void take_timeout(SendOptions& into, const std::string& value);
void take_window(SendOptions& into, const std::string& value);
void take_verbose(SendOptions& into, const std::string& value);
void take_quiet(SendOptions& into, const std::string& value);

inline constexpr std::array SEND_OPTIONS{
    OptionSpec{"--timeout", "SECONDS",
               N_("Give up after SECONDS without an acknowledgement; 0: never; default: 30"),
               Choice::nothing, takes<take_timeout>},
    OptionSpec{"--window", "COUNT",
               N_("Messages in flight at most; 1: one at a time; default: 65536"), Choice::nothing,
               takes<take_window>},
    OptionSpec{"--verbose", nullptr, N_("Print every reply"), Choice::nothing, takes<take_verbose>},
    OptionSpec{"--quiet", nullptr, N_("Print no replies and no progress"), Choice::nothing,
               takes<take_quiet>},
};

}  // namespace hark
