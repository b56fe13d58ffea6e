// What Status and Clients tell.
#pragma once

#include "common/varlink/json_fwd.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/control/service_status.hpp"

#include <cstdint>

namespace hark {

// `tails`: the readers of Tail; `tail_dropped`: the records that were left out for them.
[[nodiscard]] varlink::JsonBox status_json(const ServiceStatus& status, std::uint64_t tails,
                                           std::uint64_t tail_dropped);

// One of the clients in a reply to Clients.
[[nodiscard]] varlink::JsonBox client_json(const Connection::Figures& figures);

}  // namespace hark
