// The sort orders of clients.
#pragma once

#include "tools/control/daemon_status.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace hark {

enum class ClientColumn : std::uint8_t { id, peer, age, idle, messages, bytes, unread };

// "id", "peer", ...; nothing for any other name.
[[nodiscard]] std::optional<ClientColumn> client_column(std::string_view name) noexcept;
// All names, in order.
[[nodiscard]] std::span<const std::string_view> client_columns() noexcept;

// Ascending or descending; ties are ordered by number.
void sort_clients(std::vector<ClientStatus>& clients, ClientColumn by, bool descending);

}  // namespace hark
