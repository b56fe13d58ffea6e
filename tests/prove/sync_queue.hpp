// Syncs that were requested from the simulated kernel (io_submit(2)), which does them at some later
// moment.
#pragma once

#include "tests/prove/disk.hpp"

#include <cstdint>
#include <map>

#include <linux/aio_abi.h>

namespace hark::prove {

class Kernel;

class SyncQueue {
   public:
    [[nodiscard]] aio_context_t open();
    // What has not been done by then is not done.
    void close(aio_context_t context, Disk& disk);
    void submit(aio_context_t context, const iocb& request, Disk& disk);
    // A moment passes: each sync may end, well or not.
    void pass(Kernel& kernel);
    // Whether the sync has ended, which it does now if `must`; stores its result in `into`.
    [[nodiscard]] bool take(aio_context_t context, bool must, io_event& into, Kernel& kernel);

   private:
    struct Sync {
        FileId file{};
        int event = -1;  // eventfd
        bool running = false;
        bool ended = false;
        int result = 0;
    };
    static void end(Sync& sync, Kernel& kernel);

    std::map<aio_context_t, Sync> syncs_;
    aio_context_t last_ = 0;
};

}  // namespace hark::prove
