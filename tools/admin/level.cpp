#include "tools/admin/level.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/control/control_session.hpp"

#include <algorithm>
#include <array>

namespace hark {

namespace {

constexpr std::array LEVELS{"debug", "info", "warning", "error"};

}  // namespace

std::span<const char* const> levels() noexcept {
    return LEVELS;
}

int set_level(const std::string& control, const std::vector<std::string>& words) {
    const bool known = !words.empty() &&
                       std::any_of(LEVELS.begin(), LEVELS.end(),
                                   [&words](const char* level) { return words.front() == level; });
    if (!known) throw UsageError{_("level: expected debug, info, warning or error")};
    ControlSession session{control};
    static_cast<void>(session.call("SetLevel", {{"level", words.front()}}));
    return EXIT_DONE;
}

}  // namespace hark
