// Connections that all speak at once: each says up to `depth` messages, waits until all of them are
// acknowledged, and goes on. One more may flood meanwhile, which is not counted.
//
// What goes wrong is thrown: a server that does not answer, closes, or answers otherwise.
#pragma once

#include "bench/latencies.hpp"
#include "bench/payload.hpp"
#include "bench/replies.hpp"
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
    std::size_t bytes = 64;  // a message
    std::size_t depth = 64;
    std::uint64_t messages = 1;   // of all connections
    std::size_t flood_bytes = 0;  // a message of the flooder; 0: there is none
};

class Load {
   public:
    // Takes over the connections, of which the last is the flooder's, if there is one.
    Load(const LoadShape& shape, std::vector<UniqueFd> connections);

    // Returns when every message is acknowledged, or a flood has been as long as it may; with a
    // silent server, when all is sent.
    void run();

    // Of run(), each from the first byte of a batch to its last acknowledgement.
    [[nodiscard]] Latencies& latencies() noexcept { return latencies_; }

    // How many messages were said, the flooder's among them.
    [[nodiscard]] std::uint64_t said() const noexcept;

   private:
    struct Speaker {
        UniqueFd fd;
        Replies replies;
        std::uint64_t wanted;       // messages
        std::uint64_t said = 0;     // of them, with what is left of them
        std::string_view left{};    // what the socket has not taken yet
        Clock::time_point began{};  // the batch
        bool blocked = false;       // waits for room
    };

    void handle(const epoll_event& event);
    void say(Speaker& speaker);
    void send_left(Speaker& speaker);
    void hear(Speaker& speaker);
    void flood();
    void end_flood();
    std::span<epoll_event> wait();
    void watch(const Speaker& speaker, std::size_t index, int operation);

    LoadShape shape_;
    Payload payload_;
    std::optional<Payload> flood_payload_;
    std::size_t flood_lines_ = 0;  // in one go
    std::vector<Speaker> speakers_;
    UniqueFd epoll_{epoll_create1(0)};
    std::vector<epoll_event> events_;
    std::vector<char> heard_;
    Latencies latencies_;
    std::uint64_t flooded_ = 0;
    std::size_t speaking_ = 0;
};

}  // namespace hark::bench
