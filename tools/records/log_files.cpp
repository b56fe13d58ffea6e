#include "tools/records/log_files.hpp"

#include "common/sys/calls.hpp"
#include "common/text/number.hpp"
#include "tools/records/sniffed_stream.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>
#include <tuple>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hark {

namespace {

// Where a file stands among its kin: less is older.
struct Age {
    bool dated = false;         // dated files are newer than numbered ones
    std::uint64_t youth = 0;    // for a number, its complement; else the date
    std::uint64_t hour = 0;     // of a date, if it has one
    std::uint64_t seconds = 0;  // the same
    // NOLINTNEXTLINE(modernize-use-nullptr): it means the comparison of this default
    auto operator<=>(const Age&) const = default;
};

// Takes a number of `digits` digits off the front of `text`; 0 digits: as many as there are.
std::optional<std::uint64_t> take_digits(std::string_view& text, std::size_t digits) noexcept {
    const std::size_t there = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0) digits = there;
    if (there < digits || digits == 0) return std::nullopt;
    const auto number = parse_number<std::uint64_t>(text.substr(0, digits));
    text.remove_prefix(digits);
    return number;
}

// What follows the name of the file: ".1", "-20261122", "-20261122-1795341600".
std::optional<Age> parse_age(std::string_view text) noexcept {
    if (text.empty()) return std::nullopt;
    const char kind = text.front();
    text.remove_prefix(1);
    Age age;
    if (kind == '.') {
        const auto number = take_digits(text, 0);
        if (!number || !text.empty()) return std::nullopt;
        age.youth = ~*number;
        return age;
    }
    constexpr std::size_t DATE = 8;
    constexpr std::size_t HOUR = 2;
    if (kind != '-') return std::nullopt;
    const auto date = take_digits(text, DATE);
    if (!date) return std::nullopt;
    age.dated = true;
    age.youth = *date;
    age.hour = take_digits(text, HOUR).value_or(0);
    if (text.starts_with('-')) {
        text.remove_prefix(1);
        const auto seconds = take_digits(text, 0);
        if (!seconds) return std::nullopt;
        age.seconds = *seconds;
    }
    return text.empty() ? std::optional{age} : std::nullopt;
}

std::string_view without_suffix(std::string_view name) noexcept {
    if (compression_of_name(name) == Compression::none) return name;
    return name.substr(0, name.rfind('.'));
}

void skip(ByteStream& content, std::size_t bytes) {
    std::array<char, 16 * 1024> skipped{};
    while (bytes > 0) {
        const ssize_t got = content.read(skipped.data(), std::min(skipped.size(), bytes));
        if (got <= 0) return;
        bytes -= static_cast<std::size_t>(got);
    }
}

}  // namespace

std::unique_ptr<ByteStream> LogFile::stream(std::int64_t offset, std::int64_t end) const {
    if (is_pipe) return std::make_unique<SniffedStream>(std::make_unique<PipeStream>(fd.get()));
    if (compression == Compression::none) {
        return std::make_unique<FileStream>(fd.get(), offset, end);
    }
    auto content = decompress(std::make_unique<FileStream>(fd.get(), 0), compression);
    if (offset > 0) skip(*content, static_cast<std::size_t>(offset));
    return content;
}

int open_log_file(const std::string& path, LogFile& into) {
    into = {};
    into.path = path;
    if (path == "-") {
        into.is_pipe = true;
        into.fd.reset(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
        return into.fd ? 0 : -errno;
    }
    const int opened = sys::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
    if (opened < 0) return opened;
    into.fd.reset(opened);
    struct stat status {};
    if (const int error = sys::fstat(opened, status); error < 0) return error;
    if (S_ISDIR(status.st_mode)) return -EISDIR;
    if (!S_ISREG(status.st_mode)) return -ESPIPE;
    into.size = status.st_size;
    into.written = WallTime{std::chrono::seconds{status.st_mtim.tv_sec}};
    into.inode = status.st_ino;
    into.device = status.st_dev;
    std::array<char, 6> begin{};
    const ssize_t got = sys::pread(opened, begin.data(), begin.size(), 0);
    // Reading the file will report any error.
    into.compression =
        compression_of_content({begin.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))});
    // A file that is named like a compressed one, but is not compressed, is damaged: reading will
    // report it.
    if (into.compression == Compression::none) into.compression = compression_of_name(path);
    return 0;
}

std::string head_of_file(const LogFile& file) {
    constexpr std::size_t SIZE = 64;
    std::string head(SIZE, '\0');
    const auto stream = file.stream();
    for (std::size_t size = 0; size < SIZE;) {
        const ssize_t got = stream->read(head.data() + size, SIZE - size);
        if (got <= 0) return {};
        size += static_cast<std::size_t>(got);
    }
    return head;
}

std::vector<std::string> rotated_files(const std::string& path) {
    namespace fs = std::filesystem;
    const fs::path whole{path};
    const std::string name = whole.filename();
    const fs::path folder = whole.parent_path();
    std::map<Age, std::string> found;
    std::error_code error;
    fs::directory_iterator entries{folder.empty() ? fs::path{"."} : folder, error};
    for (; !error && entries != fs::directory_iterator{}; entries.increment(error)) {
        const std::string other = entries->path().filename();
        const std::string_view plain = without_suffix(other);
        if (name.empty() || !plain.starts_with(name)) continue;
        const auto age = parse_age(plain.substr(name.size()));
        if (!age) continue;
        std::string& best = found[*age];
        // The shorter one is not compressed.
        if (best.empty() || other.size() < best.size()) best = other;
    }
    std::vector<std::string> paths;
    paths.reserve(found.size());
    for (const auto& [age, file] : found) paths.push_back(folder / file);
    return paths;
}

}  // namespace hark
