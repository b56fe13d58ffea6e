// Standard output of a program that must not wait for its reader: a terminal may be stopped, a pipe
// may be read slowly. Bytes are queued and written, in order, at the end of the round, and from
// then on whenever the reader makes room. A regular file is written to at once.
//
// write() takes everything; a producer of much output checks has_room() first, and pauses until
// on_room.
#pragma once

#include "common/io/byte_queue.hpp"
#include "common/io/output_descriptor.hpp"
#include "common/loop/callback.hpp"
#include "common/loop/deferred_task.hpp"
#include "common/loop/fd_watch.hpp"
#include "common/sys/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hark {

class OutputStream {
   public:
    static constexpr std::size_t LIMIT = 64 * 1024;  // bytes

    // Called from the loop, on_error also from drain(); never from write(). Each is optional.
    struct Notices {
        Callback<void()> on_room;   // the queue was full, and is down to half of LIMIT
        Callback<void()> on_empty;  // the last queued byte is written
        Callback<void()> on_error;  // error() is set; called once
    };

    // The caller keeps `fd`; if it cannot be written to, the first write() fails. `loop` must
    // outlive the stream.
    OutputStream(EventLoop& loop, int fd, Notices notices) noexcept;
    OutputStream(const OutputStream&) = delete;
    OutputStream& operator=(const OutputStream&) = delete;

    // Takes all of `bytes`; after an error, drops them.
    void write(std::string_view bytes);
    [[nodiscard]] bool has_room() const noexcept { return queue_.size() < LIMIT; }
    // Whether nothing is queued: all has been written, or dropped on an error.
    [[nodiscard]] bool empty() const noexcept { return queue_.empty(); }

    // Why nothing more is written, a positive errno; EPIPE: the reader has gone. 0 until then.
    [[nodiscard]] int error() const noexcept { return error_; }

    // From now on, notices a reader that goes away even while nothing is queued, with error()
    // EPIPE. Otherwise only a write finds out.
    void watch_reader() noexcept;

    // Writes what is queued, waiting for room at most `longest` in all, and drops the rest. It
    // blocks: use it only at exit, and before the program suspends itself.
    void drain(Duration longest) noexcept;

   private:
    void on_ready(std::uint32_t events) noexcept;
    void flush() noexcept;
    // False on an error, which is then in error_.
    [[nodiscard]] bool write_queue() noexcept;
    // Watches for what it waits for: room, the reader going away, or nothing.
    void update_interest() noexcept;
    [[nodiscard]] bool waits_for_room() const noexcept;
    void fail(int error) noexcept;
    void tell_error() noexcept;

    Notices notices_;
    OutputDescriptor out_;
    FdWatch watch_;
    DeferredTask flush_task_;
    ByteQueue queue_;
    int open_error_ = 0;  // why there is no descriptor, a positive errno
    int error_ = 0;
    bool told_ = false;  // on_error was called
    bool full_ = false;  // on_room is due once half of LIMIT is free
    bool watches_reader_ = false;
};

}  // namespace hark
