// A connection to one NATS server: looks its name up, connects, sets up TLS, logs in, and then
// passes messages on. Nothing blocks, every step has a deadline, and all that arrives is bounded
// (parser.hpp); what is sent is bounded by its owner.
//
// If the options or the server ask for TLS, a password is sent only once TLS is up.
#pragma once

#include "common/io/byte_queue.hpp"
#include "common/loop/fd_watch.hpp"
#include "common/loop/timer.hpp"
#include "common/nats/options.hpp"
#include "common/nats/parser.hpp"
#include "common/nats/server_info.hpp"
#include "common/nats/server_list.hpp"
#include "common/net/resolver.hpp"
#include "common/sys/unique_fd.hpp"
#include "common/tls/context.hpp"
#include "common/tls/session.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace hark::nats {

// Why there is no connection.
struct Problem {
    // The server refuses us, or we do not trust it: only people can change that.
    bool is_refusal = false;
    std::string text{};  // "10.0.0.1:4222: Connection refused", in English
};

// Receives the events of a connection, from the loop. None of them may destroy it.
class ConnectionOwner {
   public:
    ConnectionOwner() noexcept = default;
    ConnectionOwner(const ConnectionOwner&) = delete;
    ConnectionOwner& operator=(const ConnectionOwner&) = delete;
    virtual ~ConnectionOwner() = default;

    // Logged in; the inbox is subscribed to.
    virtual void on_open() noexcept = 0;
    // On open(), and whenever something has changed.
    virtual void on_info(const ServerInfo& info) noexcept = 0;
    // A message to the inbox; valid during the call.
    virtual void on_message(const Operation& message) noexcept = 0;
    // The server has complained, but carries on.
    virtual void on_complaint(std::string_view text) noexcept = 0;
    // The last call until open().
    virtual void on_closed(const Problem& problem) noexcept = 0;
};

class Connection {
   public:
    // `name`: this client's, shown to the server's administrator. `inbox`: the subject, with a
    // wildcard, of messages for us.
    Connection(EventLoop& loop, ConnectionOwner& owner, std::string name, std::string inbox);
    ~Connection() { close(); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // `server` and `options` must outlive the connection, or stay until the next open().
    void open(const Server& server, const Options& options,
              const std::shared_ptr<const tls::ClientContext>& tls);
    // Closes silently; the owner is not told.
    void close() noexcept;

    [[nodiscard]] bool is_open() const noexcept { return state_ == State::open; }
    [[nodiscard]] const ServerInfo& info() const noexcept { return info_; }
    [[nodiscard]] bool is_encrypted() const noexcept { return session_ != nullptr; }
    // "10.0.0.1:4222", the server that it is connected to.
    [[nodiscard]] const std::string& address() const noexcept { return address_; }

    // Append commands (commands.hpp) here, then flush().
    [[nodiscard]] std::string& output() noexcept { return output_.back(); }
    void flush() noexcept;

    // The server must answer within two seconds, or the connection is given up.
    void ping() noexcept;

   private:
    enum class State : std::uint8_t {
        closed,
        looking_up,
        connecting,
        waiting_for_info,
        shaking_hands,
        logging_in,
        open,
    };

    void on_looked_up() noexcept;
    void try_next_address() noexcept;
    void on_connected(int error) noexcept;
    void on_ready(std::uint32_t events) noexcept;
    void on_timeout() noexcept;
    void on_quiet() noexcept;
    void read() noexcept;
    [[nodiscard]] ssize_t receive() noexcept;
    void take_operations() noexcept;
    void take(const Operation& operation) noexcept;
    void take_info(std::string_view json) noexcept;
    void begin_tls() noexcept;
    void shake_hands() noexcept;
    void log_in() noexcept;
    [[nodiscard]] ssize_t transmit() noexcept;
    [[nodiscard]] bool waits_for_room() const noexcept;
    void set_interest() noexcept;
    void fail(std::string_view why, bool is_refusal = false) noexcept;

    ConnectionOwner& owner_;
    std::string name_;
    std::string inbox_;
    Server server_;
    const Options* options_ = nullptr;
    std::shared_ptr<const tls::ClientContext> tls_;
    NameLookup lookup_;
    std::vector<SocketAddress> addresses_;
    std::size_t next_address_ = 0;
    std::string failures_;
    UniqueFd socket_;
    FdWatch watch_;
    std::unique_ptr<tls::Session> session_;
    Timer deadline_;  // for the step under way, or for a PONG
    Timer quiet_;     // when to ping an idle server
    Parser parser_;
    ByteQueue output_;
    ServerInfo info_;
    std::string address_;
    std::string complaint_;  // the server's last one
    State state_ = State::closed;
};

}  // namespace hark::nats
