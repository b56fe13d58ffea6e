// A conversation with the daemon on its control socket, on a loop: a call, and its replies. Nothing
// here waits, and nothing lasts for ever: a message has a limit, and so has the time that an answer
// may take.
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
#include <string>

namespace hark {

// Who hears of it. Both may call any method of the connection, but not destroy it.
class ControlListener {
   public:
    ControlListener() noexcept = default;
    ControlListener(const ControlListener&) = delete;
    ControlListener& operator=(const ControlListener&) = delete;
    virtual ~ControlListener() = default;

    // The daemon has been reached: in open(), or later where it was too busy.
    virtual void on_connected() noexcept {}
    // To the call that was made last; another one follows where it says so.
    virtual void on_reply(const varlink::Reply& reply) noexcept = 0;
    // It is over; the last word until open().
    virtual void on_control_failure(const ControlFailure& failure) noexcept = 0;
};

class ControlConnection {
   public:
    static constexpr std::size_t MAX_MESSAGE = 1024 * 1024;  // many times the longest
    static constexpr Duration PATIENCE = std::chrono::seconds{10};

    // Both must outlive it.
    ControlConnection(EventLoop& loop, ControlListener& listener) noexcept;
    ControlConnection(const ControlConnection&) = delete;
    ControlConnection& operator=(const ControlConnection&) = delete;

    // Connects to `path`, or where it is empty to where the daemon is expected. The listener may
    // hear of a failure before this returns.
    void open(const std::string& path);
    // No harm when there is none. The listener hears no more.
    void close() noexcept;
    // From open() on, until the end.
    [[nodiscard]] bool is_open() const noexcept { return open_; }

    // Only while it is open and no call waits for its answer. Without `more` the answer must come
    // within PATIENCE.
    void call(const varlink::Call& call);
    [[nodiscard]] bool waits() const noexcept { return waits_; }

    // Whether replies are taken; yes at first, and again after open().
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
    std::uint64_t generation_ = 0;  // how often it was opened or closed
    bool open_ = false;
    bool waits_ = false;
    bool streams_ = false;  // the call asked for more than one reply
    bool reading_ = true;
    bool ended_ = false;  // the daemon says no more
    int broken_ = 0;      // why, a positive errno; 0: it closed
};

}  // namespace hark
