// fdatasync(2) without waiting for it: the kernel's own asynchronous I/O (io_submit(2),
// IOCB_CMD_FDSYNC, Linux 4.18), whose end comes through an eventfd. Where the kernel does not offer
// it (a sandbox may forbid it) the call is made in place, and then the loop waits for the disk.
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

    // Begins to sync `file`; one at a time. Returns 0 when `on_done` will be called, else what the
    // call made in place came to: DONE or -errno.
    static constexpr int DONE = 1;
    [[nodiscard]] int start(int file) noexcept;
    [[nodiscard]] bool running() const noexcept { return running_; }
    // Waits for the one that runs, whose `on_done` is not called. Returns as that would have been
    // told: 0 or a positive errno.
    int wait() noexcept;

   private:
    void on_ready(std::uint32_t events) noexcept;
    void clear_event() noexcept;
    // Of the sync that runs: 0 or a positive errno; nothing while it is under way, unless `waits`.
    [[nodiscard]] std::optional<int> take_result(bool waits) noexcept;

    Callback<void(int)> on_done_;
    UniqueFd event_;
    FdWatch watch_;
    aio_context_t context_ = 0;  // 0: the kernel does not offer it
    iocb request_{};
    bool running_ = false;
};

}  // namespace hark
