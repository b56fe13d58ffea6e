#include "daemon/stream/batch.hpp"

#include "common/text/number.hpp"

#include <fmt/core.h>

namespace hark {

namespace {

std::string first_id(std::string_view run, const Batch& batch) {
    return fmt::format("{}-{}-{}", run, batch.first, batch.last);
}

}  // namespace

std::string Batch::id(std::string_view run) const {
    std::string id = first_id(run, *this);
    if (renewals > 0) id.append(1, '.').append(std::to_string(renewals));
    return id;
}

bool Batch::had_id(std::string_view run, std::string_view id) const {
    if (!exists()) return false;
    const std::string original = first_id(run, *this);
    if (!id.starts_with(original)) return false;
    id.remove_prefix(original.size());
    if (id.empty()) return true;
    if (!id.starts_with('.')) return false;
    const auto renewal = parse_number<std::uint32_t>(id.substr(1));
    return renewal && *renewal >= 1 && *renewal <= renewals;
}

}  // namespace hark
