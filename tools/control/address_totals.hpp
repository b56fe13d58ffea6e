// Clients summed up by the address that they connect from.
#pragma once

#include "tools/control/daemon_status.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace hark {

struct AddressTotal {
    std::string address{};  // "192.0.2.7", "2001:db8::1"
    std::uint64_t clients = 0;
    std::uint64_t limited = 0;  // of those
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
};

class AddressTotals {
   public:
    void add(const ClientStatus& client);
    // Those with the most clients first; ties are ordered by address.
    [[nodiscard]] std::vector<AddressTotal> sorted() const;

   private:
    std::unordered_map<std::string, AddressTotal> totals_;
};

}  // namespace hark
