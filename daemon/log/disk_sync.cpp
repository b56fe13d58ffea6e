#include "daemon/log/disk_sync.hpp"

#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"

#include <cerrno>
#include <utility>

#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace hark {

DiskSync::DiskSync(EventLoop& loop, Callback<void(int)> on_done)
    : on_done_{on_done},
      event_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)},
      watch_{loop, bind<&DiskSync::on_ready>(*this)} {
    if (!event_) throw SystemError{errno, "cannot make an eventfd"};
    if (const int error = watch_.start(event_.get(), EPOLLIN); error < 0) {
        throw SystemError{-error, "cannot watch an eventfd"};
    }
    // glibc has no wrappers for these calls.
    if (syscall(SYS_io_setup, 1, &context_) != 0) context_ = 0;
}

DiskSync::~DiskSync() {
    if (context_ != 0) syscall(SYS_io_destroy, context_);
}

int DiskSync::start(int file) noexcept {
    if (context_ != 0) {
        request_ = {};
        request_.aio_fildes = static_cast<std::uint32_t>(file);
        request_.aio_lio_opcode = IOCB_CMD_FDSYNC;
        request_.aio_flags = IOCB_FLAG_RESFD;
        request_.aio_resfd = static_cast<std::uint32_t>(event_.get());
        iocb* requests = &request_;
        if (syscall(SYS_io_submit, context_, 1L, &requests) == 1) {
            running_ = true;
            return 0;
        }
    }
    const int result = sys::fdatasync(file);
    return result < 0 ? result : DONE;
}

int DiskSync::wait() noexcept {
    if (!std::exchange(running_, false)) return 0;
    return take_result();
}

void DiskSync::on_ready(std::uint32_t) noexcept {
    std::uint64_t count = 0;
    static_cast<void>(sys::read(event_.get(), &count, sizeof count));
    if (std::exchange(running_, false)) on_done_(take_result());
}

int DiskSync::take_result() noexcept {
    io_event event{};
    const long got = syscall(SYS_io_getevents, context_, 1L, 1L, &event, nullptr);
    if (got != 1) return EIO;
    return event.res < 0 ? static_cast<int>(-event.res) : 0;
}

}  // namespace hark
