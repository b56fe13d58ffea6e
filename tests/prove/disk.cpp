#include "tests/prove/disk.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <sys/stat.h>

namespace hark::prove {

std::string& Disk::file_of(int fd) {
    struct stat status {};
    ::fstat(fd, &status);
    return files_[{status.st_dev, status.st_ino}];
}

void Disk::wrote(int fd, std::size_t bytes) {
    file_of(fd).append(bytes, PENDING);
}

void Disk::truncated(int fd, std::int64_t size) {
    file_of(fd).resize(static_cast<std::size_t>(size), PENDING);
}

void Disk::synced(int fd, bool well) {
    std::ranges::replace(file_of(fd), PENDING, well ? ON_DISK : LOST);
}

void Disk::settled(int fd) {
    struct stat status {};
    ::fstat(fd, &status);
    files_[{status.st_dev, status.st_ino}].assign(static_cast<std::size_t>(status.st_size),
                                                  ON_DISK);
}

void Disk::forget_failures(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return;
    std::ranges::replace(files_[{status.st_dev, status.st_ino}], LOST, PENDING);
}

void Disk::cut_power(const std::string& path, Random& random) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return;
    std::string& states = files_[{status.st_dev, status.st_ino}];
    std::ifstream in{path, std::ios::binary};
    std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    states.resize(bytes.size(), PENDING);
    // Of what lies behind the last byte on disk some may be there; what could not be written is
    // NULs.
    const std::size_t safe =
        states.rfind(ON_DISK) == std::string::npos ? 0 : states.rfind(ON_DISK) + 1;
    const std::size_t size = safe + random() % (bytes.size() - safe + 1);
    bytes.resize(size);
    for (std::size_t at = 0; at < size; ++at) {
        if (states[at] == LOST) bytes[at] = '\0';
    }
    std::ofstream out{path, std::ios::binary | std::ios::trunc};
    out << bytes;
    states.assign(size, ON_DISK);
}

}  // namespace hark::prove
