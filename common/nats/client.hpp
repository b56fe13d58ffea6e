// A client of a NATS system: stays connected to one of its servers, whichever is there, and sends
// requests whose answers come back by number.
//
// A connection that is lost is followed by one to another server at once. When none of them can be
// used, or none for a second, they are all tried again within a second, at a random moment, so that
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

// Receives what happens, from the loop. None of the calls may destroy the client.
class ClientOwner {
   public:
    ClientOwner() noexcept = default;
    ClientOwner(const ClientOwner&) = delete;
    ClientOwner& operator=(const ClientOwner&) = delete;
    virtual ~ClientOwner() = default;

    virtual void on_connected() noexcept = 0;
    // A connection has ended; no request that is under way will be answered.
    virtual void on_disconnected(const Problem& problem) noexcept = 0;
    // None of the servers could be used, the last time that each was tried.
    virtual void on_unreachable(const Problem& problem) noexcept = 0;
    // An answer to that request: there may be several, or none ever. Valid during the call, and
    // until the next request.
    virtual void on_answer(std::uint64_t request, const Operation& answer) noexcept = 0;
    // A message of a stream that a consumer delivers: its subject is its own, so that it is not an
    // answer by number. Valid as above.
    virtual void on_delivery(const Operation& message) noexcept { static_cast<void>(message); }
    // The server has complained ("Permissions Violation for Publish to ..."), and goes on.
    virtual void on_complaint(std::string_view text) noexcept = 0;
};

class Client final : private ConnectionOwner {
   public:
    // `options.servers` must not be empty. `tls`: for servers that ask for TLS. `name`: for the
    // servers' administrators.
    Client(EventLoop& loop, ClientOwner& owner, Options options,
           std::shared_ptr<const tls::ClientContext> tls, std::string name);

    void start() noexcept;
    // Begins anew with other options.
    void use(Options options, std::shared_ptr<const tls::ClientContext> tls);

    // For connections to come.
    void renew(std::shared_ptr<const tls::ClientContext> tls) noexcept { tls_ = std::move(tls); }

    [[nodiscard]] bool is_connected() const noexcept { return connection_.is_open(); }
    // Of the server that it is connected to.
    [[nodiscard]] const ServerInfo& server() const noexcept { return connection_.info(); }
    [[nodiscard]] const std::string& address() const noexcept { return connection_.address(); }
    // How often it was connected.
    [[nodiscard]] std::uint64_t connections() const noexcept { return connections_; }

    // Sends a message that is to be answered, and returns its number, never 0. Requires
    // is_connected(); afterwards it may be connected no longer. `headers`: of HeaderWriter, or
    // empty.
    std::uint64_t request(std::string_view subject, std::string_view headers,
                          std::string_view payload);
    // Lets go of the connection unless the server answers soon.
    void ping() noexcept { connection_.ping(); }
    // Lets go of the connection, for one to another server.
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
    std::string inbox_;  // with a dot at its end
    Connection connection_;
    Timer retry_;
    std::size_t failures_ = 0;  // in a row, of this turn through the servers
    Problem problem_;           // of this turn
    bool was_open_ = false;
    TimePoint opened_{};
    std::uint64_t connections_ = 0;
    std::uint64_t last_request_ = 0;
};

}  // namespace hark::nats
