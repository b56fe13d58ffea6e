// `hark clients`: who is connected.
#pragma once

#include "tools/control/client_order.hpp"

#include <string>

namespace hark {

struct ClientsOptions {
    std::string control;  // empty: the usual places
    bool json = false;
    ClientColumn sort = ClientColumn::id;
    bool descending = false;
};

// Returns the exit status. Throws ControlError and SystemError.
[[nodiscard]] int show_clients(const ClientsOptions& options);

}  // namespace hark
