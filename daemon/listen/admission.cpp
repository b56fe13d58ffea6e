#include "daemon/listen/admission.hpp"

#include <algorithm>

namespace hark {

std::string_view reason_text(Refusal refusal) noexcept {
    switch (refusal) {
        case Refusal::shutting_down:
            return "shutting down";
        case Refusal::restarting:
            return "restarting";
        case Refusal::not_allowed:
            return "not allowed";
        case Refusal::too_many_of_address:
            return "too many connections from this address";
        case Refusal::too_many_of_network:
            return "too many connections from this network";
        case Refusal::too_many_in_a_second:
            return "too many connections from this address in a second";
        case Refusal::bad_frame:
            return "bad frame";
        case Refusal::not_this_protocol:
            return "not this protocol";
        case Refusal::handshake:
            return "the TLS handshake failed";
        case Refusal::too_many_connections:
        case Refusal::out_of_descriptors:
            break;
    }
    return "too many connections";
}

bool Admission::set_limits(const PeerLimits& limits, std::size_t descriptors) {
    addresses_.set_limits(limits);
    exempt_count_only_ = !limits.connections_for_all;
    kept_ = std::min(reserved_, descriptors / 2);
    // Allow at least one connection, however few descriptors there are.
    possible_ = std::max(descriptors, kept_ + 1) - kept_;
    const std::size_t wanted = limits.connections;
    max_connections_ = wanted == 0 ? possible_ : std::min(wanted, possible_);
    return wanted <= possible_;
}

std::optional<Refusal> Admission::check_number(const SocketAddress& peer,
                                               std::size_t connections) const noexcept {
    if (const auto refusal = check_number(connections)) return refusal;
    if (connections >= max_connections_ &&
        !(exempt_count_only_ && addresses_.limits().exempt.contains(peer))) {
        return Refusal::too_many_connections;
    }
    return std::nullopt;
}

std::optional<Refusal> Admission::check_number(std::size_t connections) const noexcept {
    if (closed_) return Refusal::shutting_down;
    const bool some_exempt = exempt_count_only_ && !addresses_.limits().exempt.empty();
    if (connections >= (some_exempt ? possible_ : max_connections_)) {
        return Refusal::too_many_connections;
    }
    return std::nullopt;
}

std::optional<Refusal> Admission::check_peer(const SocketAddress& peer,
                                             const ListenerConfig& listener) noexcept {
    if (closed_) return Refusal::shutting_down;
    if (listener.deny.contains(peer) || (listener.allow && !listener.allow->contains(peer))) {
        return Refusal::not_allowed;
    }
    if (!addresses_.in_use()) return std::nullopt;
    switch (addresses_.check(peer)) {
        case AddressTable::Verdict::address_full:
            return Refusal::too_many_of_address;
        case AddressTable::Verdict::network_full:
            return Refusal::too_many_of_network;
        case AddressTable::Verdict::too_fast:
            return Refusal::too_many_in_a_second;
        case AddressTable::Verdict::welcome:
            break;
    }
    return std::nullopt;
}

}  // namespace hark
