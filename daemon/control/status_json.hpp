// The reply to Status.
#pragma once

#include "common/varlink/json_fwd.hpp"
#include "daemon/control/service_status.hpp"

#include <cstdint>

namespace hark {

// `tails`: the readers of Tail; `tail_dropped`: the records that were left out for them.
[[nodiscard]] varlink::JsonBox status_json(const ServiceStatus& status, std::uint64_t tails,
                                           std::uint64_t tail_dropped);

}  // namespace hark
