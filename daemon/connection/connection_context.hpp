// What all connections share: the parts of the daemon they use, their limits, and memory that is
// needed only while one of them is being served.
#pragma once

#include "common/framing/telnet_filter.hpp"
#include "common/loop/event_loop.hpp"
#include "common/net/address.hpp"
#include "common/text/charset.hpp"
#include "daemon/config/limits.hpp"
#include "daemon/connection/connection_set.hpp"
#include "daemon/connection/counters.hpp"
#include "daemon/connection/held_input.hpp"
#include "daemon/connection/identity.hpp"
#include "daemon/connection/input_clock.hpp"
#include "daemon/connection/profile_store.hpp"
#include "daemon/connection/rate_wait.hpp"
#include "daemon/connection/reply_queue.hpp"
#include "daemon/connection/send_retry.hpp"
#include "daemon/connection/window_watch.hpp"
#include "daemon/limits/address_table.hpp"
#include "daemon/log/event_log.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace hark {

// A peer as records name it; its text is rendered once for all records of a read.
class PeerText {
   public:
    // Valid until the next call, and as long as `peer` and `identity` are; `identity` may be null.
    [[nodiscard]] Peer of(const SocketAddress& peer, std::uint64_t connection,
                          const Identity* identity) noexcept {
        if (connection != connection_) length_ = peer.write_text(text_);
        connection_ = connection;
        Peer named{.text = {text_, length_}, .address = &peer};
        if (identity != nullptr) named.certificate = identity->certificate;
        return named;
    }

   private:
    std::uint64_t connection_ = 0;
    std::size_t length_ = 0;
    char text_[SocketAddress::TEXT_CAPACITY];
};

// A connection that an operator is kicking.
struct Kick {
    std::uint64_t due = 0;   // bytes of its input that had arrived by then
    std::string last_words;  // a whole line; empty: the usual one
};

struct ConnectionContext {
    ConnectionContext(EventLoop& event_loop, EventLog& event_log)
        : loop{event_loop},
          log{event_log},
          clock{event_loop},
          addresses{event_loop},
          replies{event_loop, event_log},
          connections{event_loop},
          windows{event_loop, connections},
          send_retry{event_loop, connections} {}

    // Whether a connection with input may read it; otherwise it parks.
    [[nodiscard]] bool reads() const noexcept { return !clock.paused() && !stopping; }

    EventLoop& loop;
    EventLog& log;
    InputClock clock;
    AddressTable addresses;  // outlives the connections, which share in it
    ReplyQueue replies;
    CharsetDecoder decoder;
    ProfileStore profiles;
    ConnectionLimits limits;
    Counters counters;
    bool stopping = false;  // each connection is read once more, when the server says so
    std::size_t last_read_bytes = READ_BYTES;  // the maximum for that read

    // The bytes of one read; it reads less from a peer whose messages are all tiny
    // (Connection::weight_). Before them is room for input held from earlier reads, and for the
    // byte that Framer wants.
    static constexpr std::size_t HEADROOM = TelnetFilter::MAX_SUBNEGOTIATION + 16;
    static constexpr std::size_t READ_BYTES = 16 << 10;
    std::array<char, HEADROOM + READ_BYTES> input;

    std::string output;  // one connection's lines, being sent
    PeerText peer_text;
    // What only a few connections have, by connection number.
    std::unordered_map<std::uint64_t, HeldInput> held_inputs;
    std::unordered_map<std::uint64_t, Kick> kicks;
    std::unordered_map<std::uint64_t, RateWait> rate_waits;

    ConnectionSet connections;  // after everything that connections use until their end
    WindowWatch windows;
    SendRetry send_retry;
};

}  // namespace hark
