// Which parts of a log's files may have records of the wanted times.
#pragma once

#include "common/sys/clock.hpp"
#include "tools/records/log_files.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace hark {

struct FileSpan {
    std::size_t file = 0;   // its index among the files
    std::int64_t from = 0;  // the beginning of a line; 0 where the file is not plain
    std::int64_t to = -1;   // the end of a line; -1: to the end of the file, wherever that will be
};

// `files`: those of one log, oldest first; both ends of the time are inclusive. Times rise from
// line to line, except where a clock was set back: such places are looked for where it matters, and
// then more is read. A compressed file is assumed to end where the next younger one begins.
[[nodiscard]] std::vector<FileSpan> find_spans(std::span<const LogFile> files,
                                               std::optional<WallTime> since,
                                               std::optional<WallTime> until);

// The first time in a file, compressed or not; nothing if it is not easily found.
[[nodiscard]] std::optional<WallTime> first_time_of(const LogFile& file);

}  // namespace hark
