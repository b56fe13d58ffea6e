// The daemon's state for people.
#pragma once

#include "common/locale/locale_charset.hpp"
#include "tools/control/daemon_status.hpp"

#include <string>

namespace hark {

// Lines in the user's language, UTF-8; `charset` is that of the terminal.
[[nodiscard]] std::string status_text(const DaemonStatus& status, const LocaleCharset& charset);

// A sink's state in the user's language.
[[nodiscard]] std::string sink_state_text(const std::string& state, const LocaleCharset& charset);

}  // namespace hark
