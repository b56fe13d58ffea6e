#include "daemon/log/journal_stream.hpp"

#include <cstdlib>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hark {

bool output_is_journal(int fd) noexcept {
    const char* const stream = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    if (stream == nullptr || fstat(fd, &status) != 0) return false;
    return fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

bool output_is_journal() noexcept {
    return output_is_journal(STDOUT_FILENO) || output_is_journal(STDERR_FILENO);
}

}  // namespace hark
