// fdatasync(2) without blocking: uses the kernel's asynchronous I/O (io_submit(2), IOCB_CMD_FDSYNC,
// Linux 4.18), which reports completion through an eventfd. If that is unavailable (a sandbox may
// forbid it), it calls fdatasync(2), which blocks the loop.
#pragma once

#include "common/loop/event_loop.hpp"
#include "common/sys/unique_fd.hpp"

#include <optional>

#include <linux/aio_abi.h>

namespace hark {

class DiskSync {
   public:
    // `on_done` gets 0 or a positive errno.
    DiskSync(EventLoop& loop, Callback<void(int)> on_done) noexcept;
    ~DiskSync();
    DiskSync(const DiskSync&) = delete;
    DiskSync& operator=(const DiskSync&) = delete;

    // Starts to sync `file`; one sync at a time. Returns 0 if `on_done` will be called; otherwise
    // the result of a blocking call: DONE or -errno.
    static constexpr int DONE = 1;
    [[nodiscard]] int start(int file) noexcept;
    [[nodiscard]] bool running() const noexcept { return running_; }
    // Waits for the running sync, without calling `on_done`. Returns its result: 0 or a positive
    // errno.
    int wait() noexcept;

   private:
    void on_ready(std::uint32_t events) noexcept;
    void clear_event() noexcept;
    // The result of the running sync: 0 or a positive errno; nullopt if it is not complete and
    // `waits` is false.
    [[nodiscard]] std::optional<int> take_result(bool waits) noexcept;

    Callback<void(int)> on_done_;
    UniqueFd event_;
    FdWatch watch_;
    aio_context_t context_ = 0;  // 0: the kernel does not offer it
    iocb request_{};
    bool running_ = false;
};

}  // namespace hark
