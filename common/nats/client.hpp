// A client of a NATS system: stays connected to any one of its servers, and sends requests whose
// answers are matched to them by number.
//
// A lost connection is replaced at once by one to another server. When no server can be used, or
// none for as long as a second, all are tried again within a second, after a random delay, so that
// many clients do not come back together.
#pragma once

#include "common/loop/timer.hpp"
#include "common/nats/connection.hpp"
#include "common/nats/options.hpp"
#include "common/nats/server_list.hpp"

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>

namespace hark::nats {

// Receives the client's events, from the loop. None of the calls may destroy the client.
class ClientOwner {
   public:
    ClientOwner() noexcept = default;
    ClientOwner(const ClientOwner&) = delete;
    ClientOwner& operator=(const ClientOwner&) = delete;
    virtual ~ClientOwner() = default;

    virtual void on_connected() noexcept = 0;
    // A connection has ended; pending requests will not be answered.
    virtual void on_disconnected(const Problem& problem) noexcept = 0;
    // No server could be used, the last time that each was tried.
    virtual void on_unreachable(const Problem& problem) noexcept = 0;
    // An answer to that request; there may be several, or none ever. Valid during the call, and
    // until the next request.
    virtual void on_answer(std::uint64_t request, const Operation& answer) noexcept = 0;
    // A message of a stream, delivered by a consumer. It keeps its own subject, so it cannot be
    // matched to a request by number. Valid as above.
    virtual void on_delivery(const Operation& message) noexcept { static_cast<void>(message); }
    // The server has complained ("Permissions Violation for Publish to ..."), but carries on.
    virtual void on_complaint(std::string_view text) noexcept = 0;
};

class Client final : private ConnectionOwner {
   public:
    // `options.servers` must not be empty. `tls`: for servers that ask for TLS. `name`: shown to
    // the servers' administrators.
    Client(EventLoop& loop, ClientOwner& owner, Options options,
           std::shared_ptr<const tls::ClientContext> tls, std::string name);

    void start() noexcept;
    // Starts over with other options.
    void use(Options options, std::shared_ptr<const tls::ClientContext> tls);

    // Applies to future connections.
    void renew(std::shared_ptr<const tls::ClientContext> tls) noexcept { tls_ = std::move(tls); }

    [[nodiscard]] bool is_connected() const noexcept { return connection_.is_open(); }
    // The server that it is connected to.
    [[nodiscard]] const ServerInfo& server() const noexcept { return connection_.info(); }
    [[nodiscard]] const std::string& address() const noexcept { return connection_.address(); }
    // How many times it has connected.
    [[nodiscard]] std::uint64_t connections() const noexcept { return connections_; }

    // Sends a message that is to be answered, and returns its number, never 0. Requires
    // is_connected(), which may be false afterwards. `headers`: from HeaderWriter, or empty.
    std::uint64_t request(std::string_view subject, std::string_view headers,
                          std::string_view payload);
    // Drops the connection unless the server answers soon.
    void ping() noexcept { connection_.ping(); }
    // Drops the connection and connects to another server.
    void leave(std::string_view why) noexcept;

   private:
    void on_open() noexcept override;
    void on_info(const ServerInfo& info) noexcept override;
    void on_message(const Operation& message) noexcept override;
    void on_complaint(std::string_view text) noexcept override;
    void on_closed(const Problem& problem) noexcept override;

    void connect() noexcept;
    void note_failure(const Problem& problem) noexcept;
    [[nodiscard]] Duration random_delay(Duration least, Duration most) noexcept;

    EventLoop& loop_;
    ClientOwner& owner_;
    Options options_;
    std::shared_ptr<const tls::ClientContext> tls_;
    std::minstd_rand random_;
    ServerList servers_;
    std::string inbox_;  // ends with a dot
    Connection connection_;
    Timer retry_;
    std::size_t failures_ = 0;  // in a row, in this pass through the servers
    Problem problem_;           // of this pass
    bool was_open_ = false;
    TimePoint opened_{};
    std::uint64_t connections_ = 0;
    std::uint64_t last_request_ = 0;
};

}  // namespace hark::nats
