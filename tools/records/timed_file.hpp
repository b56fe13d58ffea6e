// Finds lines of a plain file by their place and by their time, reading little of it.
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
    // The first line with a time that begins at `offset` or behind it. Nothing if there is none
    // within reach: a MiB.
    [[nodiscard]] std::optional<TimedLine> first_from(std::int64_t offset) const;
    [[nodiscard]] std::optional<TimedLine> last() const;
    // Where the first line at `offset` or behind it begins; the size if there is none.
    [[nodiscard]] std::int64_t line_from(std::int64_t offset) const;
    // A place no later than the first line of `time` or later, and close to it, if times rise.
    [[nodiscard]] std::int64_t find(WallTime time) const;

   private:
    int fd_;
    std::int64_t size_;
};

}  // namespace hark
