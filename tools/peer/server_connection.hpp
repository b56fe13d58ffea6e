// A client's connection to the daemon, or to whatever answers there, in plain text or over TLS:
// resolves the name, tries each address in turn, shakes hands, splits input into lines, and buffers
// output that the kernel does not take yet.
//
// Nothing blocks, and everything is bounded: look-up and attempts by time, lines by LineSplitter,
// output by its owner, who checks has_room() and waits for on_room(). What the server sent before
// it closed is delivered before the disconnect is reported.
#pragma once

#include "common/io/byte_queue.hpp"
#include "common/io/line_splitter.hpp"
#include "common/loop/deferred_task.hpp"
#include "common/loop/fd_watch.hpp"
#include "common/loop/timer.hpp"
#include "common/net/address.hpp"
#include "common/net/endpoint.hpp"
#include "common/net/resolver.hpp"
#include "common/sys/unique_fd.hpp"
#include "common/tls/session.hpp"
#include "tools/peer/tls_client.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace hark {

// Why there is no connection, or no longer one.
enum class Disconnect : std::uint8_t {
    no_address,   // the name has no address
    unreachable,  // no address accepted the connection, or the TLS handshake failed
    distrusted,   // a certificate was not accepted: trying again does not help
    closed,       // the server closed its side
    lost,         // the connection broke
};

// Receives the events of a connection, from the loop. May call any of its methods, but must not
// destroy it.
class ServerListener {
   public:
    ServerListener() noexcept = default;
    ServerListener(const ServerListener&) = delete;
    ServerListener& operator=(const ServerListener&) = delete;
    virtual ~ServerListener() = default;

    virtual void on_connected(const SocketAddress& server) noexcept = 0;
    // What was read, before it is split into lines: for replies that are not lines.
    virtual void on_bytes(std::string_view) noexcept {}
    // Text as received: any bytes but LF.
    virtual void on_line(const LinePiece& piece) noexcept = 0;
    // There is room again after has_room() was false.
    virtual void on_room() noexcept {}
    // The last call until open(). `why` is for people, in the locale's charset; empty for `closed`.
    virtual void on_disconnected(Disconnect reason, const std::string& why) noexcept = 0;
};

class ServerConnection {
   public:
    static constexpr std::size_t OUTPUT_LIMIT = 256 * 1024;
    static constexpr Duration CONNECT_TIMEOUT = std::chrono::seconds{5};  // per address

    // Both must outlive the connection.
    ServerConnection(EventLoop& loop, ServerListener& listener) noexcept;
    ServerConnection(const ServerConnection&) = delete;
    ServerConnection& operator=(const ServerConnection&) = delete;

    // Starts to resolve and connect. `tls`, if not null, outlives the connection. Throws
    // SystemError if it cannot get a thread or descriptor; all other errors are reported to the
    // listener.
    void open(const Endpoint& server, const TlsClient* tls = nullptr);

    // Closes at once, in any state, without calling the listener. No effect if not open.
    void close() noexcept;

    [[nodiscard]] bool connected() const noexcept { return state_ == State::connected; }
    // Neither connected nor given up yet.
    [[nodiscard]] bool opening() const noexcept {
        return state_ != State::closed && state_ != State::connected;
    }

    // Queues all of `bytes`; they leave at the end of the round. Requires: connected. What the
    // server can no longer take is dropped, and on_disconnected() follows.
    void send(std::string_view bytes);
    // Closes our side once all that is queued has been sent; the server's replies still arrive.
    // Requires: connected, and nothing is sent afterwards.
    void end_output() noexcept;
    [[nodiscard]] std::size_t unsent() const noexcept { return output_.size(); }
    // Bytes taken by the kernel since open().
    [[nodiscard]] std::uint64_t taken() const noexcept { return taken_; }
    [[nodiscard]] bool has_room() const noexcept { return unsent() < OUTPUT_LIMIT; }

    // Whether to read from the server; initially yes, and again after open().
    void set_reading(bool reading) noexcept;

    // Deliver an unfinished line (LineEnd::quiet) after this long without input. Zero, the default:
    // never.
    void set_quiet_time(Duration quiet_time) noexcept { quiet_time_ = quiet_time; }

   private:
    enum class State : std::uint8_t { closed, looking_up, connecting, shaking_hands, connected };

    static constexpr std::size_t INPUT_SIZE = 32 * 1024;

    void on_looked_up() noexcept;
    void try_next_address() noexcept;
    void on_ready(std::uint32_t events) noexcept;
    void on_connect_result(int error) noexcept;
    void on_connect_timeout() noexcept;
    void shake_hands() noexcept;
    void fail_handshake(tls::Failure failure) noexcept;
    void on_open() noexcept;
    [[nodiscard]] ssize_t receive() noexcept;
    [[nodiscard]] ssize_t transmit() noexcept;
    [[nodiscard]] bool waits_for_room() const noexcept;
    void read_once() noexcept;
    void on_end(int error) noexcept;
    void on_quiet() noexcept;
    void flush() noexcept;
    void update_interest() noexcept;
    void disconnect(Disconnect reason, const std::string& why) noexcept;

    ServerListener& listener_;
    NameLookup lookup_;
    UniqueFd socket_;
    const TlsClient* tls_ = nullptr;
    std::unique_ptr<tls::Session> session_;  // null: plain text
    FdWatch watch_;
    Timer connect_timer_;
    Timer quiet_timer_;
    DeferredTask flush_task_;
    LineSplitter splitter_;
    State state_ = State::closed;
    bool reading_ = true;
    bool full_ = false;    // has_room() was false
    bool ending_ = false;  // end_output() was called
    int broken_ = 0;       // why the server takes no more, a positive errno; 0: it does
    Duration quiet_time_{};
    std::size_t next_address_ = 0;  // index into the addresses of lookup_
    std::string failures_;          // of addresses tried so far
    ByteQueue output_;
    std::uint64_t taken_ = 0;
    std::array<char, INPUT_SIZE> input_;
};

}  // namespace hark
