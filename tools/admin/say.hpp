// `hark say`: sends a line from the operator to one client, or to all.
#pragma once

#include "common/cli/option_spec.hpp"
#include "common/locale/i18n.hpp"

#include <array>
#include <string>
#include <vector>

namespace hark {

struct SayOptions {
    std::string control;  // empty: the default paths
    bool all = false;
    bool json = false;
    std::vector<std::string> words;  // in the locale's charset: the number, unless `all`; the text
};

// Returns the exit status. Throws ControlError, UsageError and SystemError.
[[nodiscard]] int say(const SayOptions& options);

// For takes<>.
void take_all(SayOptions& into, const std::string& value);

inline constexpr std::array SAY_OPTIONS{
    OptionSpec{"--all", nullptr, N_("Write to all clients; takes no ID"), Choice::nothing,
               takes<take_all>},
};

}  // namespace hark
