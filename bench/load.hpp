// Connections that all send at once: each sends up to `depth` messages, waits until all of them are
// acknowledged, and continues. Meanwhile one more connection may flood, others may begin TLS
// handshakes, or strangers may attack; they are not measured.
//
// Errors are thrown: the server does not reply, closes a connection, or sends something else.
#pragma once

#include "bench/attack.hpp"
#include "bench/latencies.hpp"
#include "bench/payload.hpp"
#include "bench/replies.hpp"
#include "bench/storm.hpp"
#include "bench/wire.hpp"
#include "common/sys/unique_fd.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <sys/epoll.h>

namespace hark::bench {

struct LoadShape {
    Text text = Text::ascii;
    Protocol protocol = Protocol::lines;
    std::size_t bytes = 64;  // per message
    std::size_t depth = 64;
    std::uint64_t messages = 1;   // over all connections
    std::size_t flood_bytes = 0;  // per message of the flooder; 0: no flooder
    std::size_t storm = 0;        // handshakes at a time with `storm_port` on 127.0.0.2
    std::uint16_t storm_port = 0;
    AttackKind attack = AttackKind::none;
    std::size_t attackers = 0;
    std::uint16_t attack_port = 0;
};

class Load {
   public:
    // Takes ownership of the connections; the last one is the flooder, if there is one.
    Load(const LoadShape& shape, std::vector<Wire> connections);

    // Returns when every message is acknowledged, or the flood has reached its limit; with a silent
    // server, when everything is sent.
    void run();

    // The latencies in run(): from the first byte of a batch to its last acknowledgement.
    [[nodiscard]] Latencies& latencies() noexcept { return latencies_; }

    // How many handshakes were begun.
    [[nodiscard]] std::uint64_t handshakes() const noexcept { return storm_ ? storm_->begun() : 0; }

    // How many connections attackers have made.
    [[nodiscard]] std::uint64_t attacks() const noexcept {
        return attack_ ? attack_->connections() : 0;
    }

    // How many messages were sent, including the flooder's and those of attackers.
    [[nodiscard]] std::uint64_t messages_sent() const noexcept;

   private:
    struct Sender {
        Wire wire;
        Replies replies;
        std::uint64_t wanted;       // messages
        std::uint64_t sent = 0;     // messages, including those in `left`
        std::string_view left{};    // not yet taken by the socket
        Clock::time_point began{};  // of the batch
        bool blocked = false;       // waits for room in the socket
    };

    void handle(const epoll_event& event);
    void send_batch(Sender& sender);
    void send_left(Sender& sender);
    void receive(Sender& sender);
    void flood();
    void end_flood();
    std::span<epoll_event> wait();
    void watch(const Sender& sender, std::size_t index, int operation);

    LoadShape shape_;
    Payload payload_;
    std::optional<Payload> flood_payload_;
    std::size_t flood_lines_ = 0;  // per burst
    std::vector<Sender> senders_;
    UniqueFd epoll_{epoll_create1(0)};
    std::optional<Storm> storm_;    // its connections come after those of senders_,
    std::optional<Attack> attack_;  // and so do these
    std::vector<epoll_event> events_;
    std::vector<char> input_;
    Latencies latencies_;
    std::uint64_t flooded_ = 0;
    std::size_t sending_ = 0;
};

}  // namespace hark::bench
