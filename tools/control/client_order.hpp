// The orders in which clients are shown.
#pragma once

#include "tools/control/daemon_status.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace hark {

enum class ClientColumn : std::uint8_t { id, peer, age, idle, messages, bytes, unread };

// "id", "peer", ...; nothing for another.
[[nodiscard]] std::optional<ClientColumn> client_column(std::string_view name) noexcept;
// All the names, in their order.
[[nodiscard]] std::span<const std::string_view> client_columns() noexcept;

// Ascending, or descending; where that says nothing, by number.
void sort_clients(std::vector<ClientStatus>& clients, ClientColumn by, bool descending);

}  // namespace hark
