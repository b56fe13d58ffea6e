#include "tests/prove/disk.hpp"

#include <algorithm>

#include <sys/stat.h>
#include <unistd.h>

namespace hark::prove {

FileId id_of(int fd) noexcept {
    struct stat status {};
    ::fstat(fd, &status);
    return {status.st_dev, status.st_ino};
}

bool Disk::wrote(int fd, std::size_t bytes) {
    File& file = files_[id_of(fd)];
    file.states.append(bytes, PENDING);
    file.cannot_truncate = false;
    return file.states.find(SYNCING) != std::string::npos;
}

void Disk::truncated(int fd, std::int64_t size) {
    File& file = files_[id_of(fd)];
    file.states.resize(static_cast<std::size_t>(size), PENDING);
    file.cannot_truncate = false;
}

void Disk::cannot_truncate(int fd) {
    files_[id_of(fd)].cannot_truncate = true;
}

void Disk::sync_begins(FileId file) {
    std::ranges::replace(files_[file].states, PENDING, SYNCING);
}

void Disk::sync_ends(FileId file, Outcome outcome) {
    std::string& states = files_[file].states;
    if (outcome == Outcome::failed) {
        // What was written during the sync may have been in the same pages.
        std::ranges::replace(states, PENDING, LOST);
        std::ranges::replace(states, SYNCING, LOST);
        return;
    }
    if (const std::size_t last = states.rfind(SYNCING);
        outcome == Outcome::in_part && last != std::string::npos) {
        states[last] = PENDING;
    }
    std::ranges::replace(states, SYNCING, ON_DISK);
}

void Disk::sync_forgotten(FileId file) {
    std::ranges::replace(files_[file].states, SYNCING, PENDING);
}

void Disk::settled(int fd) {
    struct stat status {};
    ::fstat(fd, &status);
    files_[id_of(fd)].states.assign(static_cast<std::size_t>(status.st_size), ON_DISK);
}

void Disk::forget_failures(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return;
    std::ranges::replace(files_[{status.st_dev, status.st_ino}].states, LOST, PENDING);
}

bool Disk::cut_power(int fd, Random& random) {
    std::string& states = files_[id_of(fd)].states;
    if (on_disk(fd) == states.size()) return false;
    // Some of what follows the last byte on disk may be there; what could not be written is NULs.
    const std::size_t last = states.rfind(ON_DISK);
    const std::size_t safe = last == std::string::npos ? 0 : last + 1;
    const std::size_t size = safe + random() % (states.size() - safe + 1);
    static_cast<void>(::ftruncate(fd, static_cast<off_t>(size)));
    for (std::size_t at = 0; at < size; ++at) {
        if (states[at] == LOST) static_cast<void>(::pwrite(fd, "", 1, static_cast<off_t>(at)));
    }
    states.assign(size, ON_DISK);
    return true;
}

std::size_t Disk::on_disk(int fd) const {
    const auto file = files_.find(id_of(fd));
    if (file == files_.end()) return 0;
    return std::min(file->second.states.find_first_not_of(ON_DISK), file->second.states.size());
}

std::size_t Disk::before_losses(int fd) const {
    const auto file = files_.find(id_of(fd));
    if (file == files_.end()) return 0;
    return std::min(file->second.states.find(LOST), file->second.states.size());
}

bool Disk::has_failed_to_truncate(int fd) const {
    const auto file = files_.find(id_of(fd));
    return file != files_.end() && file->second.cannot_truncate;
}

}  // namespace hark::prove
