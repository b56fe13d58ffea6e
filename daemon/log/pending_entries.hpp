// The entries that a sink has rendered and that nobody has taken yet: a queue of bytes that knows
// where each entry ends. They lie in one piece, so that many are handed over in one call.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace hark {

class PendingEntries {
   public:
    // Where the next entry is appended...
    [[nodiscard]] std::string& end() noexcept { return bytes_; }
    // ...which ends here.
    void end_entry();

    [[nodiscard]] bool empty() const noexcept { return ends_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_.size() - taken_; }

    // The entry at `index`, from the oldest on; valid until the next end_entry() or take().
    [[nodiscard]] std::string_view operator[](std::size_t index) const noexcept;

    // The `count` oldest are gone.
    void take(std::size_t count) noexcept;

   private:
    static constexpr std::size_t KEEP_CAPACITY = 1 << 20;

    std::string bytes_;
    std::deque<std::size_t> ends_;
    std::size_t taken_ = 0;  // bytes
};

}  // namespace hark
