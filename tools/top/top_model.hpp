// The data that `hark top` shows: the daemon's latest reply, and rates computed from earlier ones.
#pragma once

#include "tools/top/top_poller.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

enum class TopOrder : std::uint8_t { message_rate, byte_rate, messages, bytes, unread, idle, id };
// The next one, cyclically.
[[nodiscard]] TopOrder next(TopOrder order) noexcept;

struct BusyClient {
    ClientStatus client;
    double message_rate = 0;  // per second, since the previous sample
    double byte_rate = 0;
};

class TopModel {
   public:
    static constexpr std::size_t HISTORY = 256;

    void take(TopSample& sample);
    void set_order(TopOrder order);

    [[nodiscard]] TopOrder order() const noexcept { return order_; }
    [[nodiscard]] bool empty() const noexcept { return empty_; }
    [[nodiscard]] const DaemonStatus& status() const noexcept { return sample_.status; }
    [[nodiscard]] const std::string& status_said() const noexcept { return sample_.status_said; }
    // Busiest first, by order().
    [[nodiscard]] const std::vector<BusyClient>& clients() const noexcept { return clients_; }
    [[nodiscard]] bool all_clients() const noexcept { return sample_.all_clients; }
    // Fraction of one processor, from 0, since the previous sample.
    [[nodiscard]] double cpu_share() const noexcept { return cpu_share_; }
    // Messages and bytes per second, newest last; at most HISTORY values.
    [[nodiscard]] const std::vector<double>& message_rates() const noexcept {
        return message_rates_;
    }
    [[nodiscard]] const std::vector<double>& byte_rates() const noexcept { return byte_rates_; }

   private:
    struct Counts {
        std::uint64_t messages = 0;
        std::uint64_t bytes = 0;
    };

    void sort();

    TopSample sample_;
    std::vector<BusyClient> clients_;
    std::map<std::uint64_t, Counts> before_;  // by client number
    std::vector<double> message_rates_;
    std::vector<double> byte_rates_;
    double cpu_share_ = 0;
    TopOrder order_ = TopOrder::message_rate;
    bool empty_ = true;
};

}  // namespace hark
