#include "daemon/listen/admission.hpp"

#include <algorithm>

namespace hark {

std::string_view reason_text(Refusal refusal) noexcept {
    switch (refusal) {
        case Refusal::shutting_down:
            return "shutting down";
        case Refusal::too_many_connections:
        case Refusal::out_of_descriptors:
            break;
    }
    return "too many connections";
}

bool Admission::set_limits(std::size_t wanted, std::size_t descriptors) noexcept {
    // Allow at least one connection, however few descriptors there are.
    const std::size_t possible = std::max(descriptors, reserved_ + 1) - reserved_;
    max_connections_ = wanted == 0 ? possible : std::min(wanted, possible);
    return wanted <= possible;
}

std::optional<Refusal> Admission::check(std::size_t connections) const noexcept {
    if (closed_) return Refusal::shutting_down;
    if (connections >= max_connections_) return Refusal::too_many_connections;
    return std::nullopt;
}

}  // namespace hark
