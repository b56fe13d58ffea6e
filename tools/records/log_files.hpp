// The files of a log: one, and those that log rotation has made of it.
#pragma once

#include "common/sys/clock.hpp"
#include "common/sys/unique_fd.hpp"
#include "tools/records/byte_stream.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace hark {

struct LogFile {
    std::string path;
    UniqueFd fd;
    bool is_pipe = false;  // standard input, which can be read only once
    Compression compression = Compression::none;
    std::int64_t size = 0;  // when it was opened
    WallTime written{};     // last, by the file system
    ino_t inode = 0;
    dev_t device = 0;

    // Whether it can be read from any place.
    [[nodiscard]] bool is_plain() const noexcept {
        return !is_pipe && compression == Compression::none;
    }
    // Its records' bytes, decompressed, from `offset` on; up to `end` where it is plain. All before
    // `offset` must be decompressed, too.
    [[nodiscard]] std::unique_ptr<ByteStream> stream(std::int64_t offset = 0,
                                                     std::int64_t end = INT64_MAX) const;
};

// Opens the regular file at `path`, or standard input for "-". Returns 0 or -errno; -ESPIPE: it is
// not a regular file.
[[nodiscard]] int open_log_file(const std::string& path, LogFile& into);

// The first bytes of what a file has, decompressed, as many as tell it from another: all of a
// record's time and run. Empty if it does not have as many yet, or cannot be read.
[[nodiscard]] std::string head_of_file(const LogFile& file);

// The names of the files rotated away from `path`, oldest first, without `path` itself: it, a dot
// and a number, or a date as logrotate's dateext has it, perhaps with ".gz", ".zst" or ".xz". Of
// two that differ only in that, the one without it.
[[nodiscard]] std::vector<std::string> rotated_files(const std::string& path);

}  // namespace hark
