// The entries that a sink has rendered and that nobody has taken yet: a queue of bytes that knows
// where each entry ends. They lie in one piece, so that many are handed over in one call.
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
    // Where the next entry is appended...
    [[nodiscard]] std::string& end() noexcept { return bytes_.back(); }
    // ...which ends here.
    void end_entry();

    [[nodiscard]] bool empty() const noexcept { return ends_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_.size(); }

    // The entry at `index`, from the oldest on; valid until the next end_entry() or take().
    [[nodiscard]] std::string_view operator[](std::size_t index) const noexcept;

    // The `count` oldest are gone.
    void take(std::size_t count) noexcept;

   private:
    static constexpr std::size_t KEPT_MEMORY = 1 << 20;

    ByteQueue bytes_{KEPT_MEMORY};
    // Counted in bytes since the beginning of all entries, so that nothing moves them.
    std::deque<std::uint64_t> ends_;
    std::uint64_t taken_ = 0;
};

}  // namespace hark
