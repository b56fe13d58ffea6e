// One connection of a load: connects, waits for the greeting, sends messages of a corpus as bytes
// that lie ready, and hands on what the daemon answers. It decides nothing about when to send.
//
// Small, since there can be tens of thousands: what is read is read into its owner's buffer, and
// what the kernel has not taken yet is a place in the corpus.
#pragma once

#include "common/io/line_splitter.hpp"
#include "common/loop/fd_watch.hpp"
#include "common/loop/timer.hpp"
#include "common/net/address.hpp"
#include "common/protocol/reply.hpp"
#include "common/sys/unique_fd.hpp"
#include "tools/bench/corpus.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hark {

class LoadConnection;

// How a connection ended.
enum class LoadEnd : std::uint8_t {
    unreachable,  // it never was one
    refused,      // the daemon said 421
    closed,       // the daemon closed it without a word
    lost,         // it broke
    left,         // as it should, after `bye`
};

// Who hears of it, from the loop.
class LoadListener {
   public:
    LoadListener() noexcept = default;
    LoadListener(const LoadListener&) = delete;
    LoadListener& operator=(const LoadListener&) = delete;
    virtual ~LoadListener() = default;

    // It may send. `greeted`: the daemon has said so.
    virtual void on_open(LoadConnection& connection, bool greeted) noexcept = 0;
    // Messages `first` to `last`, all of which it had sent, are answered for the first time: they
    // are in the log, or, of a 451, not. `skipped` before them never will be, as no harkd does.
    virtual void on_answer(LoadConnection& connection, std::uint64_t first, std::uint64_t last,
                           std::uint64_t skipped, const reply::Reply& reply) noexcept = 0;
    // All of one read has been handed on, or the kernel has taken all that it was given.
    virtual void on_room(LoadConnection& connection) noexcept = 0;
    // The last call. `error`: a positive errno, 0 where there is none; `reason`: the daemon's.
    virtual void on_end(LoadConnection& connection, LoadEnd end, int error,
                        std::string_view reason) noexcept = 0;
};

class LoadConnection {
   public:
    // Someone who is not greeted for so long talks all the same: a greeting can be switched off.
    static constexpr Duration GREETING_WAIT = std::chrono::seconds{1};

    // All of these must outlive it. `number`: its place among its like, from 0.
    LoadConnection(EventLoop& loop, LoadListener& listener, const Corpus& corpus,
                   std::size_t number, std::span<char> input, bool lock_step) noexcept;
    LoadConnection(const LoadConnection&) = delete;
    LoadConnection& operator=(const LoadConnection&) = delete;

    // on_open() or on_end() follows, perhaps at once. It can be called again after on_end().
    // `greets`: this server can be expected to.
    void connect(const SocketAddress& server, bool greets) noexcept;

    [[nodiscard]] std::size_t number() const noexcept { return number_; }
    // Its client sends nothing before the reply has come.
    [[nodiscard]] bool lock_step() const noexcept { return lock_step_; }
    [[nodiscard]] bool is_open() const noexcept { return state_ == State::open; }
    // Since connect().
    [[nodiscard]] bool was_open() const noexcept { return was_open_; }
    [[nodiscard]] bool over() const noexcept { return state_ == State::over; }
    [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }
    // Of those, what the daemon has not answered.
    [[nodiscard]] std::uint64_t in_flight() const noexcept { return sent_ - answered_; }
    // The kernel has not taken all that was sent.
    [[nodiscard]] bool blocked() const noexcept { return unsent_ > 0; }

    // How many messages one send can take now, for a connection that is open and not blocked.
    [[nodiscard]] std::uint64_t batch() const noexcept;
    // Sends the next `count`, at most batch().
    void send(std::uint64_t count) noexcept;
    // Says `bye`, where the connection is open and not blocked; on_end() follows.
    void leave() noexcept;
    // Ends it without a word.
    void close() noexcept;

   private:
    enum class State : std::uint8_t { idle, connecting, greeting, open, leaving, over };

    void on_ready(std::uint32_t events) noexcept;
    void on_connected() noexcept;
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
    FdWatch watch_;
    Timer greeting_timer_;
    LineSplitter splitter_;
    const std::size_t number_;
    std::size_t next_ = 0;    // byte of the corpus that goes next
    std::size_t unsent_ = 0;  // bytes from there on that are to go
    std::uint64_t sent_ = 0;
    std::uint64_t answered_ = 0;  // up to this message
    int broken_ = 0;              // why the server takes nothing more, a positive errno
    State state_ = State::idle;
    bool greets_ = true;
    bool was_open_ = false;
    const bool lock_step_;
};

}  // namespace hark
