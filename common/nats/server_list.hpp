// The servers that a client knows: those that it was given, and those that they told it about.
// They are tried in turn, beginning anywhere, so that the clients of a lost server spread out.
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
    // The name that its certificate must be for. A server that was learned by its address has the
    // name of the server that told us.
    std::string name;

    friend bool operator==(const Server&, const Server&) = default;
};

class ServerList {
   public:
    // No more than these are kept.
    static constexpr std::size_t MAX_SERVERS = 64;

    // `first`: where to begin, any number. `servers` must not be empty.
    ServerList(std::span<const Endpoint> servers, std::size_t first);

    [[nodiscard]] const Server& current() const noexcept { return servers_[current_]; }
    void advance() noexcept { current_ = (current_ + 1) % servers_.size(); }
    [[nodiscard]] std::size_t size() const noexcept { return servers_.size(); }

    // Which other servers current() may name.
    enum class Trust : std::uint8_t {
        any,
        // Only servers whose certificate must have the name of current(): INFO comes before TLS, so
        // an attacker could alter it to name his own server, which has a certificate of its own.
        same_name,
    };
    // "10.0.0.2:4222", as current() says. Servers learned earlier and not named now are forgotten.
    void learn(std::span<const std::string> others, Trust trust = Trust::any);

   private:
    std::vector<Server> servers_;
    std::size_t given_;
    std::size_t current_;
};

// "HOST:PORT", "HOST", "[ADDR]:PORT", optionally with nats:// or tls:// in front. Does not throw;
// an empty host: it is none of these.
[[nodiscard]] Endpoint parse_server(std::string_view text);

// Whether `host` is a numeric address.
[[nodiscard]] bool is_numeric(const std::string& host);

}  // namespace hark::nats
