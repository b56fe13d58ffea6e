// The replies to Status and Clients as JSON.
#pragma once

#include "common/varlink/json_fwd.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/control/service_status.hpp"

#include <cstdint>

namespace hark {

// `tails`: number of followers; `tail_dropped`: records left out for them.
[[nodiscard]] varlink::JsonBox status_json(const ServiceStatus& status, std::uint64_t tails,
                                           std::uint64_t tail_dropped);

// An element of the reply to Clients.
[[nodiscard]] varlink::JsonBox client_json(const Connection::Figures& figures);

}  // namespace hark
