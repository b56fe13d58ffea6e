// The servers that a client knows: those that it was given, and those that they have told it of.
// Each is tried in turn, beginning anywhere, so that the clients of a server that is gone spread.
#pragma once

#include "common/net/endpoint.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hark::nats {

struct Server {
    Endpoint endpoint;
    // The name that its certificate must be for: a server that was learned of by its address has
    // that of the server that told us.
    std::string name;

    friend bool operator==(const Server&, const Server&) = default;
};

class ServerList {
   public:
    // More of them are not learned of.
    static constexpr std::size_t MAX_SERVERS = 64;

    // `first`: where to begin, any number. `servers` must not be empty.
    ServerList(std::span<const Endpoint> servers, std::size_t first);

    [[nodiscard]] const Server& current() const noexcept { return servers_[current_]; }
    void advance() noexcept { current_ = (current_ + 1) % servers_.size(); }
    [[nodiscard]] std::size_t size() const noexcept { return servers_.size(); }

    // Who else current() may name.
    enum class Trust : std::uint8_t {
        any,
        // Only servers whose certificate must have the name of current(): INFO comes before TLS,
        // and whoever changes it there may name a server of his own, with a certificate of its own.
        same_name,
    };
    // "10.0.0.2:4222", as current() says. Those learned before, and not named now, are forgotten.
    void learn(std::span<const std::string> others, Trust trust = Trust::any);

   private:
    std::vector<Server> servers_;
    std::size_t given_;
    std::size_t current_;
};

// "HOST:PORT", "HOST", "[ADDR]:PORT", perhaps with nats:// or tls:// in front. Throws nothing; an
// empty host: it is none of these.
[[nodiscard]] Endpoint parse_server(std::string_view text);

// Whether `host` is an address in numbers.
[[nodiscard]] bool is_numeric(const std::string& host);

}  // namespace hark::nats
