// One who asks or steers: its calls, one after the other, and what it is answered. All that it can
// cost is bounded: a call, what it has not read yet, and the time that half a call may take.
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
    // A call() waits to be answered.
    virtual void on_call(ControlClient& client) noexcept = 0;
    // It is over, and may be destroyed when this round ends.
    virtual void on_over(ControlClient& client) noexcept = 0;
};

class ControlClient : private ListLink {
   public:
    // Takes over `socket`, which must not block.
    ControlClient(EventLoop& loop, ControlClientOwner& owner, UniqueFd socket,
                  Credentials credentials) noexcept;

    [[nodiscard]] const Credentials& credentials() const noexcept { return credentials_; }
    [[nodiscard]] bool is_over() const noexcept { return !socket_; }
    // Neither a call nor a stream is under way.
    [[nodiscard]] bool is_idle() const noexcept { return !call_ && !tail_ && out_.empty(); }
    [[nodiscard]] TimePoint last_call() const noexcept { return last_call_; }

    // The call that waits for answer(): a message without its NUL.
    [[nodiscard]] std::string_view call() const noexcept { return *call_; }
    // Answers it: whole messages with their NULs; nothing where none is wanted.
    void answer(std::string_view messages) noexcept;
    // The same, and no more from it: what it says is no Varlink.
    void answer_and_close(std::string_view messages) noexcept;

    // Its call is answered by records from now on.
    void begin_tail(TailFilter filter) noexcept;
    [[nodiscard]] const TailFilter* tail() const noexcept { return tail_ ? &*tail_ : nullptr; }
    // Room for another record in what it has not read?
    [[nodiscard]] bool has_room() const noexcept;
    // A record of its stream is left out, which it is told once there is room...
    void skip() noexcept { ++skipped_; }
    // ...or sent, in the object `record`, at the next flush().
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
