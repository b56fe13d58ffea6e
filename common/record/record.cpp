#include "common/record/record.hpp"

#include <array>

namespace hark {

std::string_view name(Event event) noexcept {
    static constexpr std::array<std::string_view, EVENTS> NAMES{
        "listening", "connected", "message",  "closed",    "refused",  "probe",     "operator",
        "paused",    "resumed",   "reloaded", "restarted", "stopping", "diagnostic"};
    return NAMES[static_cast<std::size_t>(event)];
}

}  // namespace hark
