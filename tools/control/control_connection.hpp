// A connection to the daemon's control socket, on a loop: makes a call and receives its replies.
// Nothing blocks, and everything is bounded: the size of messages, and the time to wait for
// replies.
#pragma once

#include "common/io/byte_queue.hpp"
#include "common/loop/deferred_task.hpp"
#include "common/loop/fd_watch.hpp"
#include "common/loop/timer.hpp"
#include "common/sys/unique_fd.hpp"
#include "common/varlink/message.hpp"
#include "common/varlink/stream.hpp"
#include "tools/control/control_failure.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace hark {

// Receives the events of a connection. May call any of its methods, but must not destroy it.
class ControlListener {
   public:
    ControlListener() noexcept = default;
    ControlListener(const ControlListener&) = delete;
    ControlListener& operator=(const ControlListener&) = delete;
    virtual ~ControlListener() = default;

    // The connection is established: within open(), or later if the daemon was too busy.
    virtual void on_connected() noexcept {}
    // A reply to the latest call; if it says so, another one follows.
    virtual void on_reply(const varlink::Reply& reply) noexcept = 0;
    // The connection has failed; no more calls until open().
    virtual void on_control_failure(const ControlFailure& failure) noexcept = 0;
};

class ControlConnection {
   public:
    static constexpr std::size_t MAX_MESSAGE = 1024 * 1024;  // many times the longest message
    static constexpr Duration PATIENCE = std::chrono::seconds{10};

    // Both must outlive it.
    ControlConnection(EventLoop& loop, ControlListener& listener) noexcept;
    ControlConnection(const ControlConnection&) = delete;
    ControlConnection& operator=(const ControlConnection&) = delete;

    // Connects to `path`, or if that is empty, to the default paths. May report a failure to the
    // listener before it returns.
    void open(const std::string& path);
    // Closes without calling the listener. No effect if not open.
    void close() noexcept;
    // True from open() until it is closed or fails.
    [[nodiscard]] bool is_open() const noexcept { return open_; }

    // Requires: open, and no call pending. Without `more`, the reply must arrive within PATIENCE.
    void call(const varlink::Call& call) { call_all({&call, 1}); }
    // Makes several calls, which are answered in order, with nothing else happening in the daemon
    // in between. Only the last may have `more`.
    void call_all(std::span<const varlink::Call> calls);
    [[nodiscard]] bool waits() const noexcept { return waits_ > 0; }

    // Whether to read replies; initially yes, and again after open().
    void set_reading(bool reading) noexcept;

   private:
    static constexpr Duration RETRY = std::chrono::milliseconds{50};
    static constexpr std::size_t INPUT_SIZE = 64 * 1024;

    void connect() noexcept;
    void on_ready(std::uint32_t events) noexcept;
    void on_timeout() noexcept;
    void read() noexcept;
    void deliver() noexcept;
    void take(std::string_view message) noexcept;
    void flush() noexcept;
    void update_interest() noexcept;
    void fail(const ControlFailure& failure) noexcept;

    ControlListener& listener_;
    std::string path_;
    UniqueFd socket_;
    FdWatch watch_;
    Timer retry_;
    Timer timeout_;
    DeferredTask deliver_task_;
    varlink::MessageSplitter splitter_{MAX_MESSAGE};
    ByteQueue output_;
    std::string input_;
    std::uint64_t generation_ = 0;  // counts open() and close()
    bool open_ = false;
    std::size_t waits_ = 0;
    bool streams_ = false;  // the call asked for more than one reply
    bool reading_ = true;
    bool ended_ = false;  // the daemon has closed its side
    int broken_ = 0;      // why, a positive errno; 0: closed normally
};

}  // namespace hark
