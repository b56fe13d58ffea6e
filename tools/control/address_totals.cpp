#include "tools/control/address_totals.hpp"

#include <algorithm>
#include <string_view>

namespace hark {

namespace {

// The address in "192.0.2.7:51324" or "[2001:db8::1]:51324".
std::string address_of(std::string_view peer) {
    std::string_view address = peer.substr(0, peer.rfind(':'));
    if (address.size() > 2 && address.starts_with('[') && address.ends_with(']')) {
        address = address.substr(1, address.size() - 2);
    }
    return std::string{address};
}

}  // namespace

void AddressTotals::add(const ClientStatus& client) {
    AddressTotal& total = totals_[address_of(client.peer)];
    ++total.clients;
    if (client.limited) ++total.limited;
    total.messages += client.messages;
    total.bytes += client.bytes;
}

std::vector<AddressTotal> AddressTotals::sorted() const {
    std::vector<AddressTotal> all;
    all.reserve(totals_.size());
    for (const auto& [address, total] : totals_) {
        all.push_back(total);
        all.back().address = address;
    }
    std::sort(all.begin(), all.end(), [](const AddressTotal& a, const AddressTotal& b) {
        return a.clients == b.clients ? a.address < b.address : a.clients > b.clients;
    });
    return all;
}

}  // namespace hark
