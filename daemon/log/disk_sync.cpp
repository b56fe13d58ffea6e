#include "daemon/log/disk_sync.hpp"

#include "common/sys/calls.hpp"

#include <cerrno>

#include <sys/eventfd.h>

namespace hark {

DiskSync::DiskSync(EventLoop& loop, Callback<void(int)> on_done) noexcept
    : on_done_{on_done},
      event_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)},
      watch_{loop, method<&DiskSync::on_ready>(*this)} {
    if (!event_ || watch_.start(event_.get(), EPOLLIN) < 0) return;
    if (sys::io_setup(context_) < 0) context_ = 0;
}

DiskSync::~DiskSync() {
    if (context_ != 0) sys::io_destroy(context_);
}

int DiskSync::start(int file) noexcept {
    if (context_ != 0) {
        request_ = {};
        request_.aio_fildes = static_cast<std::uint32_t>(file);
        request_.aio_lio_opcode = IOCB_CMD_FDSYNC;
        request_.aio_flags = IOCB_FLAG_RESFD;
        request_.aio_resfd = static_cast<std::uint32_t>(event_.get());
        if (sys::io_submit(context_, request_) == 1) {
            running_ = true;
            return 0;
        }
    }
    const int result = sys::fdatasync(file);
    return result < 0 ? result : DONE;
}

int DiskSync::wait() noexcept {
    if (!running_) return 0;
    const std::optional<int> result = take_result(true);
    running_ = false;
    // The event of this sync must not be taken for that of the next.
    clear_event();
    return result.value_or(EIO);
}

void DiskSync::on_ready(std::uint32_t) noexcept {
    clear_event();
    if (!running_) return;
    const std::optional<int> result = take_result(false);
    if (!result) return;
    running_ = false;
    on_done_(*result);
}

void DiskSync::clear_event() noexcept {
    std::uint64_t count = 0;
    static_cast<void>(sys::read(event_.get(), &count, sizeof count));
}

std::optional<int> DiskSync::take_result(bool waits) noexcept {
    io_event event{};
    const int got = sys::io_getevents(context_, event, waits);
    if (got == 0) return std::nullopt;
    if (got < 0) return -got;
    return event.res < 0 ? static_cast<int>(-event.res) : 0;
}

}  // namespace hark
