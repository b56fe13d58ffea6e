// `hark status`: the daemon's state.
#pragma once

#include "common/cli/option_spec.hpp"
#include "common/locale/i18n.hpp"

#include <array>
#include <string>

namespace hark {

struct StatusOptions {
    std::string control;  // empty: the default paths
    bool json = false;
    bool openmetrics = false;
    std::string output;  // file to replace; empty: standard output
};

// Returns the exit status. Throws ControlError, UsageError and SystemError.
[[nodiscard]] int show_status(const StatusOptions& options);

// For takes<>.
void take_openmetrics(StatusOptions& into, const std::string& value);
void take_output(StatusOptions& into, const std::string& value);

inline constexpr std::array STATUS_OPTIONS{
    OptionSpec{"--openmetrics", nullptr, N_("Print OpenMetrics text, as Prometheus reads it"),
               Choice::nothing, takes<take_openmetrics>},
    OptionSpec{"--output", "FILE", N_("Write to FILE, replacing it atomically; print nothing"),
               Choice::file, takes<take_output>},
};

}  // namespace hark
