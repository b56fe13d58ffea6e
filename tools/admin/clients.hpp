// `hark clients`: the connected clients.
#pragma once

#include "common/cli/option_spec.hpp"
#include "common/locale/i18n.hpp"
#include "tools/control/client_order.hpp"

#include <array>
#include <string>

namespace hark {

struct ClientsOptions {
    std::string control;  // empty: the default paths
    bool json = false;
    ClientColumn sort = ClientColumn::id;
    bool descending = false;
    bool sorted = false;  // the user chose an order
    bool by_address = false;
};

// Returns the exit status. Throws ControlError, SystemError and UsageError.
[[nodiscard]] int show_clients(const ClientsOptions& options);

// For takes<>.
void take_sort(ClientsOptions& into, const std::string& value);
void take_reverse(ClientsOptions& into, const std::string& value);
void take_by_address(ClientsOptions& into, const std::string& value);

inline constexpr std::array CLIENTS_OPTIONS{
    OptionSpec{"--sort", "COLUMN",
               N_("Sort by id, peer, age, idle, messages, bytes or unread; -COLUMN: largest first"),
               Choice::nothing, takes<take_sort>},
    OptionSpec{"--reverse", nullptr, N_("Largest first"), Choice::nothing, takes<take_reverse>,
               'r'},
    OptionSpec{"--by-address", nullptr, N_("Total by address, the one with most clients first"),
               Choice::nothing, takes<take_by_address>},
};

}  // namespace hark
