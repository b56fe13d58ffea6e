// A client's connection to the daemon, or to whatever answers there: looks the name up, tries each
// address in turn, splits what comes into lines, and keeps what the kernel does not take yet.
//
// Nothing blocks, and all of it is bounded: the look-up and each attempt by time, lines by
// LineSplitter, output by its owner, who asks has_room() and is told on_room(). What the server
// said before it went is read before its going is heard.
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

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

// Why there is no connection, or none any more.
enum class Disconnect : std::uint8_t {
    no_address,   // the name has none
    unreachable,  // none of its addresses took the connection
    closed,       // the server ended its side
    lost,         // the connection broke
};

// Who hears of a connection. Calls come from the loop, one at a time; they may call any method of
// the connection, but not destroy it.
class ServerListener {
   public:
    ServerListener() noexcept = default;
    ServerListener(const ServerListener&) = delete;
    ServerListener& operator=(const ServerListener&) = delete;
    virtual ~ServerListener() = default;

    virtual void on_connected(const SocketAddress& server) noexcept = 0;
    // Text as it came: any bytes but LF.
    virtual void on_line(const LinePiece& piece) noexcept = 0;
    // There was no room, and now there is again.
    virtual void on_room() noexcept {}
    // The last call, until open(). `why` is for a person, in the locale's charset, empty for
    // `closed`.
    virtual void on_disconnected(Disconnect reason, const std::string& why) noexcept = 0;
};

class ServerConnection {
   public:
    static constexpr std::size_t OUTPUT_LIMIT = 256 * 1024;
    static constexpr Duration CONNECT_TIMEOUT = std::chrono::seconds{5};  // an address

    // Both must outlive the connection.
    ServerConnection(EventLoop& loop, ServerListener& listener) noexcept;
    ServerConnection(const ServerConnection&) = delete;
    ServerConnection& operator=(const ServerConnection&) = delete;

    // Begins to look up and connect. Throws SystemError when there is not even a thread or
    // descriptor for it; everything else is heard by the listener.
    void open(const Endpoint& server);

    // Ends it at once, whatever it is doing; the listener hears no more. No harm when there is
    // none.
    void close() noexcept;

    [[nodiscard]] bool connected() const noexcept { return state_ == State::connected; }

    // Queues `bytes`, all of them, for the end of the round. Only while connected; what the server
    // can no longer take is dropped, and on_disconnected() follows.
    void send(std::string_view bytes);
    [[nodiscard]] std::size_t unsent() const noexcept { return output_.size(); }
    // Bytes that the kernel has taken since open().
    [[nodiscard]] std::uint64_t taken() const noexcept { return taken_; }
    [[nodiscard]] bool has_room() const noexcept { return unsent() < OUTPUT_LIMIT; }

    // Whether the server is listened to; yes at first, and again after open().
    void set_reading(bool reading) noexcept;

    // Hands on an unfinished line (LineEnd::quiet) when nothing has come for this long. Zero, as at
    // first: never.
    void set_quiet_time(Duration quiet_time) noexcept { quiet_time_ = quiet_time; }

   private:
    enum class State : std::uint8_t { closed, looking_up, connecting, connected };

    static constexpr std::size_t INPUT_SIZE = 32 * 1024;

    void on_looked_up() noexcept;
    void try_next_address() noexcept;
    void on_ready(std::uint32_t events) noexcept;
    void on_connect_result(int error) noexcept;
    void on_connect_timeout() noexcept { on_connect_result(ETIMEDOUT); }
    void read_once() noexcept;
    void on_quiet() noexcept;
    void flush() noexcept;
    void update_interest() noexcept;
    void disconnect(Disconnect reason, const std::string& why) noexcept;

    ServerListener& listener_;
    NameLookup lookup_;
    UniqueFd socket_;
    FdWatch watch_;
    Timer connect_timer_;
    Timer quiet_timer_;
    DeferredTask flush_task_;
    LineSplitter splitter_;
    State state_ = State::closed;
    bool reading_ = true;
    bool full_ = false;  // there was no room
    int broken_ = 0;     // why the server takes nothing more, a positive errno; 0: it does
    Duration quiet_time_{};
    std::size_t next_address_ = 0;  // of lookup_'s
    std::string failures_;          // of the addresses tried so far
    ByteQueue output_;
    std::uint64_t taken_ = 0;
    std::array<char, INPUT_SIZE> input_;
};

}  // namespace hark
