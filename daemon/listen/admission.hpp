// Decides whether to admit an accepted peer, before anything is allocated for it.
#pragma once

#include "common/net/address.hpp"
#include "daemon/config/config.hpp"
#include "daemon/limits/address_table.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hark {

// Why a peer is rejected.
enum class Refusal : std::uint8_t {
    shutting_down,
    restarting,
    not_allowed,
    too_many_connections,
    too_many_of_address,
    too_many_of_network,
    too_many_in_a_second,
    out_of_descriptors,
    bad_frame,          // the proxy sent no valid header
    not_this_protocol,  // plain text on a listener that expects TLS
    handshake,          // of TLS, failed; its tls::Failure says why
};
// For the peer and the record: "shutting down", ...
[[nodiscard]] std::string_view reason_text(Refusal refusal) noexcept;

class Admission {
   public:
    // `reserved`: descriptors kept from connections, at most half of all. `addresses` must outlive
    // it.
    Admission(std::size_t reserved, AddressTable& addresses) noexcept
        : reserved_{reserved}, addresses_{addresses} {}

    // `descriptors`: the process's limit. Returns false if it allows fewer connections than
    // `limits` and so replaces that limit.
    [[nodiscard]] bool set_limits(const PeerLimits& limits, std::size_t descriptors);
    // The daemon is stopping: rejects everyone from now on.
    void close() noexcept { closed_ = true; }

    [[nodiscard]] std::size_t max_connections() const noexcept { return max_connections_; }
    // Descriptors that connections cannot take.
    [[nodiscard]] std::size_t reserved() const noexcept { return kept_; }

    // Why the client `peer` is rejected while there are this many other connections; nullopt: it is
    // not.
    [[nodiscard]] std::optional<Refusal> check_number(const SocketAddress& peer,
                                                      std::size_t connections) const noexcept;
    // The same before a proxy has named the client, which may be exempt.
    [[nodiscard]] std::optional<Refusal> check_number(std::size_t connections) const noexcept;
    // Why the client `peer` is rejected at `listener`; nullopt: it is admitted.
    [[nodiscard]] std::optional<Refusal> check_peer(const SocketAddress& peer,
                                                    const ListenerConfig& listener) noexcept;

    // How often peers were rejected, by the reason they were told.
    using Counts = std::map<std::string, std::uint64_t, std::less<>>;
    void count(std::string_view reason, std::uint64_t times = 1) {
        const auto found = counts_.find(reason);
        if (found == counts_.end()) {
            counts_.emplace(reason, times);
        } else {
            found->second += times;
        }
    }
    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

   private:
    std::size_t reserved_;
    AddressTable& addresses_;
    std::size_t kept_ = 0;
    std::size_t possible_ = 0;  // connections for which there are descriptors
    std::size_t max_connections_ = 0;
    bool exempt_count_only_ = true;  // exempt peers are admitted as long as descriptors last
    Counts counts_;
    bool closed_ = false;
};

}  // namespace hark
