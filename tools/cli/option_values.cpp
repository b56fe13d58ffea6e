#include "tools/cli/option_values.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/locale/locale_charset.hpp"

namespace hark {

void refuse_value(const char* message, const std::string& value) {
    throw UsageError{formatted(message, argument_text(value))};
}

Duration to_duration(double seconds) noexcept {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>{seconds});
}

Duration timeout_from(const std::string& value) {
    return to_duration(number_from<double>(
        value, 0, LONGEST_S,
        _("--timeout: invalid time \"{}\": expected seconds, or 0 for no limit")));
}

}  // namespace hark
