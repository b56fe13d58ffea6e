// `hark talk`: a conversation with the daemon, by a person or through a pipe.
#pragma once

#include "common/cli/option_spec.hpp"
#include "common/locale/i18n.hpp"
#include "tools/talk/talk_options.hpp"

#include <array>
#include <string>

namespace hark {

// Talks until the user leaves, the input ends, or the connection is lost, which it reports on
// standard error. Returns the exit status. Throws std::runtime_error if it cannot start.
[[nodiscard]] int talk(const TalkOptions& options);

// For takes<>.
void take_reconnect(TalkOptions& into, const std::string& value);

inline constexpr std::array TALK_OPTIONS{
    OptionSpec{"--reconnect", nullptr,
               N_("Reconnect when the connection is lost, and resend what was not acknowledged"),
               Choice::nothing, takes<take_reconnect>},
};

}  // namespace hark
