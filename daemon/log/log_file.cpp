#include "daemon/log/log_file.hpp"

#include "common/locale/i18n.hpp"
#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace hark {

namespace {

constexpr mode_t MODE = 0640;
// Longer than any of our lines: 1024 bytes of text as \u escapes and base64, plus the other keys.
constexpr std::int64_t LONGEST_LINE = 64 << 10;

// Opens or creates a file. A new one has exactly MODE, whatever the umask.
UniqueFd open_regular(const std::string& path) {
    constexpr int FLAGS = O_RDWR | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    const int created = sys::open(path.c_str(), FLAGS | O_CREAT | O_EXCL, MODE);
    UniqueFd file{created};
    if (file) {
        static_cast<void>(fchmod(file.get(), MODE));
        return file;
    }
    int fd = sys::open(path.c_str(), FLAGS, 0);
    file.reset(fd);
    if (created == -EEXIST && fd == -ENOENT) {
        // A symbolic link whose target is missing, as after the target's rotation.
        fd = sys::open(path.c_str(), FLAGS | O_CREAT, MODE);
        file.reset(fd);
        if (file) static_cast<void>(fchmod(file.get(), MODE));
    }
    struct stat status {};
    if (fd == -EISDIR || (fd >= 0 && sys::fstat(fd, status) == 0 && !S_ISREG(status.st_mode))) {
        throw std::runtime_error{formatted(_("cannot log to {}: not a regular file"), path)};
    }
    if (fd < 0) {
        // A file that could not be created is missing now: the first error is the reason.
        const int error = created != -EEXIST && fd == -ENOENT ? created : fd;
        throw SystemError{-error, N_("cannot open {}"), path};
    }
    return file;
}

// Whether this byte starts a torn line: one of our records, or NULs that a disk left after a power
// failure.
bool is_torn_record(char first) noexcept {
    return first == '{' || first == '\0';
}

// The end of the last complete line, where the file should end; nullopt if what follows cannot be a
// torn line of ours.
std::optional<std::int64_t> end_of_whole_lines(int file, std::int64_t size) {
    std::array<char, 8192> block;
    char first_of_tail = '\0';
    for (std::int64_t end = size; end > 0;) {
        const std::int64_t begin = std::max<std::int64_t>(0, end - std::ssize(block));
        const auto length = static_cast<std::size_t>(end - begin);
        if (sys::pread(file, block.data(), length, begin) != static_cast<ssize_t>(length)) {
            return std::nullopt;
        }
        const std::string_view text{block.data(), length};
        const std::size_t line_end = text.rfind('\n');
        if (line_end != std::string_view::npos) {
            end = begin + static_cast<std::int64_t>(line_end) + 1;
            if (line_end + 1 < length) first_of_tail = text[line_end + 1];
            if (end == size) return size;
            return is_torn_record(first_of_tail) ? std::optional{end} : std::nullopt;
        }
        first_of_tail = text.front();
        // After a power failure, a disk may leave any number of NULs; other text of that length is
        // not ours.
        if (first_of_tail != '\0' && size - begin > LONGEST_LINE) return std::nullopt;
        end = begin;
    }
    // There is no complete line.
    return is_torn_record(first_of_tail) ? std::optional<std::int64_t>{0} : std::nullopt;
}

}  // namespace

OpenedLogFile open_log_file(const std::string& path) {
    OpenedLogFile opened{.fd = open_regular(path)};
    if (flock(opened.fd.get(), LOCK_EX | LOCK_NB) != 0) {
        throw std::runtime_error{formatted(
            _("cannot log to {}: another program has locked it, perhaps a second harkd"), path)};
    }
    struct stat status {};
    if (const int error = sys::fstat(opened.fd.get(), status); error < 0) {
        throw SystemError{-error, N_("cannot examine {}"), path};
    }
    const auto end = end_of_whole_lines(opened.fd.get(), status.st_size);
    if (!end) {
        throw std::runtime_error{
            formatted(_("cannot log to {}: it does not end with a line that harkd wrote"), path)};
    }
    if (*end == status.st_size) return opened;
    if (const int error = sys::ftruncate(opened.fd.get(), *end); error < 0) {
        throw SystemError{-error, N_("cannot cut a torn line off {}"), path};
    }
    opened.cut_off = static_cast<std::uint64_t>(status.st_size - *end);
    return opened;
}

int sync_folder_of(const std::string& path) noexcept {
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const UniqueFd opened{sys::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)};
    if (!opened) return opened.get();
    const int error = sys::fdatasync(opened.get());
    // Not every file system can sync folders, or needs to.
    return error == -EINVAL || error == -EOPNOTSUPP ? 0 : error;
}

}  // namespace hark
