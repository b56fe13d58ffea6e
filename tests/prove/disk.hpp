// What a disk has of the bytes of files: one that was written is on it once fdatasync(2) has
// succeeded which began behind that; one whose fdatasync failed is in the kernel's memory only, and
// no later success brings it there.
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
    // A sync of what has been written by now...
    void sync_begins(FileId file);
    // ...which it ends, all or, as a mistake, but for the last bytes of it.
    enum class Outcome : std::uint8_t { well, failed, in_part };
    void sync_ends(FileId file, Outcome outcome);
    // Nobody knows what has become of it.
    void sync_forgotten(FileId file);
    // The file at `fd` was changed by somebody else, who made sure that it is on disk.
    void settled(int fd);

    // Another process goes on with the file at `path`, and cannot know what was lost of it: only a
    // power cut would show that, and is not played behind this.
    void forget_failures(const std::string& path);

    // The power fails: makes of the file at `fd`, which nobody writes to, what may be left of it:
    // all that was on disk, and any part of the rest. Returns whether there was any rest.
    bool cut_power(int fd, Random& random);

    // How many bytes from the beginning are on disk.
    [[nodiscard]] std::size_t on_disk(int fd) const;
    // How many bytes there are before the first that was lost.
    [[nodiscard]] std::size_t before_losses(int fd) const;
    // Whether the last attempt to cut something off has failed, if there was one since...
    [[nodiscard]] bool has_failed_to_truncate(int fd) const;
    // ...this.
    void expect_truncation(int fd) { files_[id_of(fd)].cannot_truncate = false; }

   private:
    enum : char { PENDING = 'p', SYNCING = 's', ON_DISK = 'd', LOST = 'x' };
    struct File {
        std::string states;  // one a byte
        bool cannot_truncate = false;
    };
    std::map<FileId, File> files_;
};

}  // namespace hark::prove
