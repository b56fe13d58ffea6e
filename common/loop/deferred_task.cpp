#include "common/loop/deferred_task.hpp"

#include "common/loop/event_loop.hpp"

#include <cstddef>

namespace hark {

void DeferredTask::schedule() noexcept {
    if (!linked()) loop_.tasks_[static_cast<std::size_t>(stage_)].push_back(*this);
}

}  // namespace hark
