// What a disk has of files: a byte that was written is on it once fdatasync(2) has succeeded; one
// whose fdatasync failed is in the kernel's memory only, and no later success brings it there.
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

class Disk {
   public:
    void wrote(int fd, std::size_t bytes);
    void truncated(int fd, std::int64_t size);
    void synced(int fd, bool well);
    // The file at `fd` was changed by somebody else, who made sure that it is on disk.
    void settled(int fd);

    // Another process goes on with the file at `path`, and cannot know what was lost of it: only a
    // power cut would show that, and is not played behind this.
    void forget_failures(const std::string& path);

    // The power fails: makes of the file at `path`, which is closed, what may be left of it: all
    // that was on disk, and any part of the rest.
    void cut_power(const std::string& path, Random& random);

   private:
    enum : char { PENDING = 'p', ON_DISK = 'd', LOST = 'x' };
    // Device and inode; one state a byte.
    std::string& file_of(int fd);
    std::map<std::pair<dev_t, ino_t>, std::string> files_;
};

}  // namespace hark::prove
