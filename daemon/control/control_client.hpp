// A client of the control socket: its calls, one at a time, and the replies. All its costs are
// bounded: the size of a call, unread replies, and the time an incomplete call may take.
#pragma once

#include "common/io/byte_queue.hpp"
#include "common/loop/fd_watch.hpp"
#include "common/loop/intrusive_list.hpp"
#include "common/loop/timer.hpp"
#include "common/sys/unique_fd.hpp"
#include "common/varlink/stream.hpp"
#include "daemon/control/access.hpp"
#include "daemon/control/tail.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hark {

class ControlClient;
class EventLoop;

class ControlClientOwner {
   public:
    ControlClientOwner() noexcept = default;
    ControlClientOwner(const ControlClientOwner&) = delete;
    ControlClientOwner& operator=(const ControlClientOwner&) = delete;
    virtual ~ControlClientOwner() = default;
    // A call() is waiting to be answered.
    virtual void on_call(ControlClient& client) noexcept = 0;
    // The client is closed and may be destroyed at the end of the round.
    virtual void on_over(ControlClient& client) noexcept = 0;
};

class ControlClient : private ListLink {
   public:
    // Takes ownership of `socket`, which must be non-blocking.
    ControlClient(EventLoop& loop, ControlClientOwner& owner, UniqueFd socket,
                  Credentials credentials) noexcept;

    [[nodiscard]] const Credentials& credentials() const noexcept { return credentials_; }
    [[nodiscard]] bool is_over() const noexcept { return !socket_; }
    // Whether no call or stream is in progress.
    [[nodiscard]] bool is_idle() const noexcept { return !call_ && !tail_ && out_.empty(); }
    [[nodiscard]] TimePoint last_call() const noexcept { return last_call_; }

    // The call to answer(): a message without its NUL.
    [[nodiscard]] std::string_view call() const noexcept { return *call_; }
    // Sends the reply: complete messages with their NULs; empty if no reply is wanted.
    void answer(std::string_view messages) noexcept;
    // The same, then ignores further input: it was not valid Varlink.
    void answer_and_close(std::string_view messages) noexcept;

    // From now on, its call is answered with records.
    void begin_tail(TailFilter filter) noexcept;
    [[nodiscard]] const TailFilter* tail() const noexcept { return tail_ ? &*tail_ : nullptr; }
    // Whether there is room for another record among its unread replies.
    [[nodiscard]] bool has_room() const noexcept;
    // Counts a record left out of its stream; the client is told once there is room...
    void skip() noexcept { ++skipped_; }
    // ...and sends one, the object `record`, at the next flush().
    void append_record(std::string_view record);
    void flush() noexcept;

    void close() noexcept;

   private:
    friend class IntrusiveList<ControlClient>;

    void on_ready(std::uint32_t events) noexcept;
    void on_late() noexcept { close(); }
    void read() noexcept;
    void take_next_call() noexcept;
    void append_skipped();
    void update_interest() noexcept;

    ControlClientOwner& owner_;
    UniqueFd socket_;
    FdWatch watch_;
    Timer patience_timer_;
    Credentials credentials_;
    varlink::MessageSplitter splitter_;
    std::optional<std::string> call_;
    ByteQueue out_;
    std::optional<TailFilter> tail_;
    std::uint64_t skipped_ = 0;
    TimePoint last_call_;
    EventLoop& loop_;
    bool input_ended_ = false;
    bool closing_ = false;
};

}  // namespace hark
