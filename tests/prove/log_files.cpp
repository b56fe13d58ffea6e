#include "tests/prove/log_files.hpp"

#include "tests/support/sockets.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hark::prove {

using namespace std::chrono_literals;

namespace {

std::size_t size_of(int file) {
    struct stat status {};
    ::fstat(file, &status);
    return static_cast<std::size_t>(status.st_size);
}

std::string content_of(int file) {
    std::string bytes(size_of(file), '\0');
    const ssize_t size = ::pread(file, bytes.data(), bytes.size(), 0);
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return bytes;
}

}  // namespace

LogFiles::LogFiles(const test::TemporaryFolder& folder, bool sync, Disk& disk, Names& names)
    : folder_{folder},
      home_{folder / "home"},
      path_{home_ + "/log.jsonl"},
      sync_{sync},
      disk_{disk},
      names_{names} {
    make_folder();
}

void LogFiles::make_folder() const {
    static_cast<void>(::mkdir(home_.c_str(), 0700));
}

UniqueFd LogFiles::open() const {
    return UniqueFd{::open(path_.c_str(), O_RDWR | O_CLOEXEC)};
}

bool LogFiles::is_at_its_path(const File& file) {
    struct stat status {};
    return ::stat(file.path.c_str(), &status) == 0 &&
           id_of(file.fd.get()) == FileId{status.st_dev, status.st_ino};
}

bool LogFiles::rename() {
    UniqueFd file = open();
    if (!file) return false;
    const std::string rotated = folder_ / ("log.jsonl." + std::to_string(++renamed_));
    test::checked(::rename(path_.c_str(), rotated.c_str()), "rename");
    names_.renamed(path_, rotated);
    disk_.expect_truncation(file.get());
    files_.push_back({.fate = Fate::renamed, .fd = std::move(file), .path = rotated});
    return true;
}

bool LogFiles::remove(bool folder, TimePoint now, std::uint64_t failures) {
    UniqueFd file = open();
    if (!file) return false;
    ::unlink(path_.c_str());
    if (folder) test::checked(::rmdir(home_.c_str()), "rmdir");
    names_.synced();
    files_.push_back({.fate = Fate::removed,
                      .fd = std::move(file),
                      .path = {},
                      .certain = sync_ ? 0 : ALL,
                      .torn_end = true,
                      .noticed = now + 1s,
                      .failures = failures});
    return true;
}

// What the file had is kept in a copy; what is written later comes after it.
bool LogFiles::truncate() {
    const UniqueFd file = open();
    if (!file) return false;
    const std::string bytes = content_of(file.get());
    // In the middle of a line, the line would be torn.
    if (!bytes.empty() && bytes.back() != '\n') return false;
    UniqueFd copy{test::checked(::memfd_create("log", MFD_CLOEXEC), "memfd_create")};
    test::checked(::write(copy.get(), bytes.data(), bytes.size()), "write");
    files_.push_back({.fate = Fate::copied,
                      .fd = std::move(copy),
                      .path = {},
                      .certain = sync_ ? disk_.on_disk(file.get()) : ALL});
    test::checked(::ftruncate(file.get(), 0), "ftruncate");
    disk_.settled(file.get());
    return true;
}

void LogFiles::time_passed(TimePoint now, std::uint64_t failures) {
    for (File& file : files_) {
        if (file.fate != Fate::removed || file.size != ALL) continue;
        if (file.failures != failures) {
            file.failures = failures;
            file.noticed = now + 1s;
        } else if (now >= file.noticed) {
            file.size = size_of(file.fd.get());
        }
    }
}

void LogFiles::writer_dies(int fd) {
    for (File& file : files_) {
        if (id_of(fd) == id_of(file.fd.get())) file.torn_end = true;
    }
}

void LogFiles::cut_power(Random& random) {
    names_.cut_power(random);
    // Some are back at the log's path, some have no name.
    std::erase_if(files_, [](const File& file) {
        return file.fate == Fate::renamed && !is_at_its_path(file);
    });
    for (File& file : files_) {
        if (file.fate != Fate::renamed) continue;
        if (disk_.cut_power(file.fd.get(), random)) file.torn_end = true;
    }
    if (const UniqueFd file = open()) disk_.cut_power(file.get(), random);
}

void LogFiles::add_to(LogCheck& check, bool torn_end) {
    for (const File& file : files_) {
        const int fd = file.fd.get();
        const bool renamed = file.fate == Fate::renamed;
        const std::string bytes = content_of(fd).substr(0, file.size);
        // What a failed sync had left in doubt, and could not be cut off, was written again.
        const std::size_t certain = renamed && sync_ ? disk_.before_losses(fd) : file.certain;
        check.add(bytes, certain, file.torn_end || (renamed && disk_.has_failed_to_truncate(fd)));
    }
    if (const UniqueFd file = open()) check.add(content_of(file.get()), ALL, torn_end);
}

}  // namespace hark::prove
