// One connection of a load: connects, waits for the greeting, sends messages straight from a
// corpus, and passes on the replies. Its owner decides when to send.
//
// It is small, since there can be tens of thousands: input goes to the owner's buffer, and unsent
// data is only an offset into the corpus.
#pragma once

#include "common/io/line_splitter.hpp"
#include "common/loop/fd_watch.hpp"
#include "common/loop/timer.hpp"
#include "common/net/address.hpp"
#include "common/protocol/reply.hpp"
#include "common/sys/unique_fd.hpp"
#include "common/tls/session.hpp"
#include "tools/bench/corpus.hpp"
#include "tools/peer/tls_client.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace hark {

class LoadConnection;

// How a connection ended.
enum class LoadEnd : std::uint8_t {
    unreachable,  // never connected
    distrusted,   // the handshake failed, or the server does not trust our certificate
    refused,      // the daemon sent 421
    closed,       // the daemon closed it without a farewell
    lost,         // the connection broke
    left,         // as intended, after `bye`
};

// Receives the events of connections, from the loop.
class LoadListener {
   public:
    LoadListener() noexcept = default;
    LoadListener(const LoadListener&) = delete;
    LoadListener& operator=(const LoadListener&) = delete;
    virtual ~LoadListener() = default;

    virtual void on_handshake_begun() noexcept = 0;
    virtual void on_handshake_over(bool succeeded) noexcept = 0;
    // The connection may send. `greeted`: the greeting has arrived.
    virtual void on_open(LoadConnection& connection, bool greeted) noexcept = 0;
    // Messages `first` to `last`, all sent before, are answered for the first time: they are in the
    // log, or, after a 451, not. `skipped` messages before them will never be answered; no harkd
    // does that.
    virtual void on_answer(LoadConnection& connection, std::uint64_t first, std::uint64_t last,
                           std::uint64_t skipped, const reply::Reply& reply) noexcept = 0;
    // All replies of one read have been passed on, or the kernel has taken everything queued.
    virtual void on_room(LoadConnection& connection) noexcept = 0;
    // The last call. `error`: a positive errno, or 0; `reason`: the daemon's, or why the handshake
    // failed.
    virtual void on_end(LoadConnection& connection, LoadEnd end, int error,
                        std::string_view reason) noexcept = 0;
};

class LoadConnection {
   public:
    // After this long without a greeting, we send all the same: greetings can be switched off.
    static constexpr Duration GREETING_WAIT = std::chrono::seconds{1};

    // All of these must outlive it. `number`: its index among the connections, from 0.
    LoadConnection(EventLoop& loop, LoadListener& listener, const Corpus& corpus,
                   std::size_t number, std::span<char> input, bool lock_step) noexcept;
    LoadConnection(const LoadConnection&) = delete;
    LoadConnection& operator=(const LoadConnection&) = delete;

    // Leads to on_open() or on_end(), perhaps at once. May be called again after on_end().
    // `greets`: whether this server is expected to send a greeting. `tls`: null for plain text;
    // outlives it.
    void connect(const SocketAddress& server, bool greets, const TlsClient* tls) noexcept;

    [[nodiscard]] std::size_t number() const noexcept { return number_; }
    // Whether it sends nothing before the reply to the last message has come.
    [[nodiscard]] bool lock_step() const noexcept { return lock_step_; }
    [[nodiscard]] bool is_open() const noexcept { return state_ == State::open; }
    // Whether it was open since connect().
    [[nodiscard]] bool was_open() const noexcept { return was_open_; }
    [[nodiscard]] bool over() const noexcept { return state_ == State::over; }
    [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }
    // Messages that the daemon has not answered.
    [[nodiscard]] std::uint64_t in_flight() const noexcept { return sent_ - answered_; }
    // Whether the kernel has not yet taken everything sent.
    [[nodiscard]] bool blocked() const noexcept { return unsent_ > 0; }

    // How many messages one send can take now. Requires: open and not blocked.
    [[nodiscard]] std::uint64_t batch() const noexcept;
    // Sends the next `count`, at most batch().
    void send(std::uint64_t count) noexcept;
    // Sends `bye`; on_end() follows. Requires: open and not blocked.
    void leave() noexcept;
    // Closes it without a farewell.
    void close() noexcept;

   private:
    enum class State : std::uint8_t {
        idle,
        connecting,
        shaking_hands,
        greeting,
        open,
        leaving,
        over
    };

    void on_ready(std::uint32_t events) noexcept;
    void on_connected() noexcept;
    void shake_hands() noexcept;
    void on_handshake_failed() noexcept;
    void await_greeting() noexcept;
    [[nodiscard]] ssize_t receive() noexcept;
    [[nodiscard]] ssize_t transmit(std::string_view bytes) noexcept;
    [[nodiscard]] bool waits_for_room() const noexcept;
    void on_input_end(int error) noexcept;
    void on_no_greeting() noexcept { open(false); }
    void open(bool greeted) noexcept;
    void read() noexcept;
    void take_line(std::string_view line) noexcept;
    void flush() noexcept;
    void end(LoadEnd end, int error, std::string_view reason = {}) noexcept;

    LoadListener& listener_;
    const Corpus& corpus_;
    const std::span<char> input_;
    UniqueFd socket_;
    const TlsClient* tls_ = nullptr;
    std::unique_ptr<tls::Session> session_;  // null: plain text
    FdWatch watch_;
    Timer greeting_timer_;
    LineSplitter splitter_;
    const std::size_t number_;
    std::size_t next_ = 0;    // offset in the corpus of the next byte to send
    std::size_t unsent_ = 0;  // bytes to send from there on
    std::uint64_t sent_ = 0;
    std::uint64_t answered_ = 0;  // number of the last message answered
    int broken_ = 0;              // why the server takes no more data, a positive errno
    State state_ = State::idle;
    bool greets_ = true;
    bool was_open_ = false;
    const bool lock_step_;
};

}  // namespace hark
