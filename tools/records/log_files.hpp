// The files of a log: the current one, and those rotated away from it.
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
    WallTime written{};     // last, according to the file system
    ino_t inode = 0;
    dev_t device = 0;

    // Whether it can be read from any offset.
    [[nodiscard]] bool is_plain() const noexcept {
        return !is_pipe && compression == Compression::none;
    }
    // The bytes of its records, decompressed, from `offset` on; up to `end` if it is plain. In a
    // compressed file, everything before `offset` must be decompressed, too.
    [[nodiscard]] std::unique_ptr<ByteStream> stream(std::int64_t offset = 0,
                                                     std::int64_t end = INT64_MAX) const;
};

// Opens the regular file at `path`, or standard input for "-". Returns 0 or -errno; -ESPIPE: it is
// not a regular file.
[[nodiscard]] int open_log_file(const std::string& path, LogFile& into);

// The first bytes of a file's content, decompressed: enough to tell it from another file, all of a
// record's time and run. Empty if the file does not have as many yet, or cannot be read.
[[nodiscard]] std::string head_of_file(const LogFile& file);

// The names of the files rotated away from `path`, oldest first, without `path` itself: `path`,
// then a dot and a number, or a date as in logrotate's dateext, perhaps with ".gz", ".zst" or
// ".xz". Of two that differ only in this suffix, the one without it.
[[nodiscard]] std::vector<std::string> rotated_files(const std::string& path);

}  // namespace hark
