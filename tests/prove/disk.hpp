// Which bytes of files are on disk: a byte that was written is there once an fdatasync(2) that
// began after the write has succeeded; one whose fdatasync failed is only in the kernel's memory,
// and no later success brings it to the disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>

#include <sys/types.h>

namespace hark::prove {

using Random = std::mt19937_64;
using FileId = std::pair<dev_t, ino_t>;
[[nodiscard]] FileId id_of(int fd) noexcept;

class Disk {
   public:
    // Returns whether a sync was running.
    bool wrote(int fd, std::size_t bytes);
    void truncated(int fd, std::int64_t size);
    void cannot_truncate(int fd);
    // Begins a sync of what has been written by now...
    void sync_begins(FileId file);
    // ...which this ends: for all of it or, as a mistake, all but its last bytes.
    enum class Outcome : std::uint8_t { well, failed, in_part };
    void sync_ends(FileId file, Outcome outcome);
    // The result of the sync will not be known.
    void sync_forgotten(FileId file);
    // Somebody else has changed the file at `fd`, and made sure that it is on disk.
    void settled(int fd);

    // Another process continues with the file at `path`, and cannot know what was lost of it: only
    // a power cut would show that, and none is played after this.
    void forget_failures(const std::string& path);

    // The power fails: turns the file at `fd`, which nobody writes to, into what may be left of it:
    // all that was on disk, and any part of the rest. Returns whether there was a rest.
    bool cut_power(int fd, Random& random);

    // How many bytes, from the beginning, are on disk.
    [[nodiscard]] std::size_t on_disk(int fd) const;
    // How many bytes there are before the first that was lost.
    [[nodiscard]] std::size_t before_losses(int fd) const;
    // Whether the last attempt to cut something off failed, if there was one since...
    [[nodiscard]] bool has_failed_to_truncate(int fd) const;
    // ...this.
    void expect_truncation(int fd) { files_[id_of(fd)].cannot_truncate = false; }

   private:
    enum : char { PENDING = 'p', SYNCING = 's', ON_DISK = 'd', LOST = 'x' };
    struct File {
        std::string states;  // one per byte
        bool cannot_truncate = false;
    };
    std::map<FileId, File> files_;
};

}  // namespace hark::prove
