#include "tests/prove/sync_queue.hpp"

#include "tests/prove/kernel.hpp"

#include <cerrno>

#include <unistd.h>

namespace hark::prove {

namespace {

// About how many moments a sync takes.
constexpr std::size_t MOMENTS = 4;

}  // namespace

aio_context_t SyncQueue::open() {
    syncs_[++last_] = {};
    return last_;
}

void SyncQueue::close(aio_context_t context, Disk& disk) {
    const Sync& sync = syncs_.at(context);
    if (sync.running && !sync.ended) disk.sync_forgotten(sync.file);
    syncs_.erase(context);
}

void SyncQueue::submit(aio_context_t context, const iocb& request, Disk& disk) {
    const FileId file = id_of(static_cast<int>(request.aio_fildes));
    syncs_.at(context) = {
        .file = file, .event = static_cast<int>(request.aio_resfd), .running = true};
    disk.sync_begins(file);
}

void SyncQueue::end(Sync& sync, Kernel& kernel) {
    sync.ended = true;
    sync.result = kernel.end_sync(sync.file);
    const std::uint64_t one = 1;
    static_cast<void>(::write(sync.event, &one, sizeof one));
}

void SyncQueue::pass(Kernel& kernel) {
    for (auto& [context, sync] : syncs_) {
        if (sync.running && !sync.ended && kernel.part(MOMENTS) == 1) end(sync, kernel);
    }
}

bool SyncQueue::take(aio_context_t context, bool must, io_event& into, Kernel& kernel) {
    Sync& sync = syncs_.at(context);
    if (must && sync.running && !sync.ended) end(sync, kernel);
    if (!sync.ended) return false;
    into.res = sync.result;
    sync = {};
    return true;
}

}  // namespace hark::prove
