// Finds lines of a plain file by offset and by time, reading little of it.
#pragma once

#include "common/sys/clock.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace hark {

// The time of a record, from its line of JSON; nothing if it has none.
[[nodiscard]] std::optional<WallTime> time_of_line(std::string_view line);

struct TimedLine {
    std::int64_t offset = 0;  // where it begins
    WallTime time;
};

class TimedFile {
   public:
    // `fd` is borrowed.
    TimedFile(int fd, std::int64_t size) noexcept : fd_{fd}, size_{size} {}

    [[nodiscard]] std::int64_t size() const noexcept { return size_; }
    static constexpr std::int64_t REACH = 1024 * 1024;
    // The first line with a time that begins at or after `offset`. Nothing if there is none within
    // `reach`.
    [[nodiscard]] std::optional<TimedLine> first_from(std::int64_t offset,
                                                      std::int64_t reach = REACH) const;
    [[nodiscard]] std::optional<TimedLine> last() const;
    // Where the first line at or after `offset` begins; the size if there is none.
    [[nodiscard]] std::int64_t line_from(std::int64_t offset) const;
    // How to treat a stretch without a time.
    enum class Unknown : std::uint8_t { earlier, later };
    // If times rise, a place close to the first line of `time` or later, and not after it. If such
    // a stretch is there: the place before it for `later`, and after it for `earlier`.
    [[nodiscard]] std::int64_t find(WallTime time, Unknown unknown) const;

   private:
    int fd_;
    std::int64_t size_;
};

}  // namespace hark
