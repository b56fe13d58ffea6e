// Attacks a server beside the measured connections, from other addresses, at a pace that does not
// depend on the server where that is possible.
#pragma once

#include "common/sys/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <netinet/in.h>

namespace hark::bench {

enum class AttackKind {
    none,
    storm,  // connections that open, close and open again, as fast as the server closes its side
    addresses,  // the same, each from another address: eight million of them
    resets,     // connections that are reset after a moment, 3000 a second
    loris,      // lines that never end: a byte of one of them every half millisecond
    unread,     // lines, 16,000 a second, from peers that read no reply
    flood,      // lines, as fast as the server reads them, from one address
};

class Attack {
   public:
    // Opens `count` connections to `port`. `epoll` watches them and a clock: its data are their
    // numbers, from `first` on, and then the clock's. Throws on errors.
    Attack(AttackKind kind, std::uint16_t port, std::size_t count, int epoll, std::uint64_t first);

    // Something has happened on the connection with that number, or time has passed.
    void handle(std::uint64_t number);

    // Sends nothing more; returns when the server has read all that was sent.
    void finish();

    // Connections made so far, and lines that the server has to record.
    [[nodiscard]] std::uint64_t connections() const noexcept { return connections_made_; }
    [[nodiscard]] std::uint64_t lines() const noexcept { return lines_; }

   private:
    void connect(std::size_t index);
    [[nodiscard]] bool is_storm() const noexcept;
    [[nodiscard]] in_addr_t next_source() const noexcept;
    void send_lines(std::size_t index);
    void drain(std::size_t index);
    void tick();
    void wait_for_end(int connection);

    AttackKind kind_;
    std::uint16_t port_;
    int epoll_;
    std::uint64_t first_;
    UniqueFd clock_;
    std::string burst_;
    std::vector<UniqueFd> connections_;
    std::vector<std::size_t> left_;  // bytes left of each one's burst
    std::size_t next_ = 0;           // whose turn it is
    std::uint64_t connections_made_ = 0;
    std::uint64_t lines_ = 0;
};

}  // namespace hark::bench
