// Entries that a sink has rendered but not sent yet: a byte queue that knows where each entry ends.
// It is contiguous, so that one call can send many entries.
#pragma once

#include "common/io/byte_queue.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace hark {

class PendingEntries {
   public:
    // Append the next entry here...
    [[nodiscard]] std::string& end() noexcept { return bytes_.back(); }
    // ...and mark its end.
    void end_entry();

    [[nodiscard]] bool empty() const noexcept { return ends_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_.size(); }

    // The entry at `index`, oldest first; valid until the next end_entry() or take().
    [[nodiscard]] std::string_view operator[](std::size_t index) const noexcept;

    // Removes the `count` oldest entries.
    void take(std::size_t count) noexcept;

   private:
    static constexpr std::size_t KEPT_MEMORY = 1 << 20;

    ByteQueue bytes_{KEPT_MEMORY};
    // Counted in bytes from the first entry ever, so that removing entries does not change them.
    std::deque<std::uint64_t> ends_;
    std::uint64_t taken_ = 0;
};

}  // namespace hark
