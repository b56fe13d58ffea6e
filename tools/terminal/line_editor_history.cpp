#include "tools/terminal/line_editor_history.hpp"

#include "common/sys/calls.hpp"
#include "common/text/utf8.hpp"
#include "tools/cli/report.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hark {

namespace {

// More than `capacity` lines need, unless something else wrote the file.
constexpr std::int64_t MOST_READ = 4 * 1024 * 1024;

std::string absolute_path_in(const char* variable) {
    const char* const value = std::getenv(variable);
    return value != nullptr && value[0] == '/' ? value : "";
}

void make_folders_of(const std::string& path) {
    for (std::size_t slash = path.find('/', 1); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
        ::mkdir(path.substr(0, slash).c_str(), S_IRWXU);
    }
}

// Reads the end of the file, from the beginning of a line.
std::string read_end(int fd) {
    struct stat status {};
    if (sys::fstat(fd, status) < 0 || !S_ISREG(status.st_mode)) return {};
    std::int64_t offset = std::max<std::int64_t>(status.st_size - MOST_READ, 0);
    const bool cut = offset > 0;
    std::string content;
    std::array<char, 16384> buffer;
    for (;;) {
        const ssize_t size = sys::pread(fd, buffer.data(), buffer.size(), offset);
        if (size <= 0) break;
        content.append(buffer.data(), static_cast<std::size_t>(size));
        offset += size;
    }
    if (cut) content.erase(0, content.find('\n') + 1);
    return content;
}

}  // namespace

std::string LineHistory::default_path() {
    std::string folder = absolute_path_in("XDG_STATE_HOME");
    if (folder.empty()) {
        folder = absolute_path_in("HOME");
        if (folder.empty()) return {};
        folder += "/.local/state";
    }
    return folder + "/hark/history";
}

std::vector<std::string> LineHistory::load() {
    if (path_.empty()) return {};
    make_folders_of(path_);
    file_.reset(sys::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK,
                          S_IRUSR | S_IWUSR));
    if (!file_) return {};
    const std::string content = read_end(file_.get());
    std::vector<std::string> lines;
    std::size_t total = 0;
    for (std::string_view rest = content; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        ++total;
        if (line.empty() || utf8::scan(line).valid != line.size()) continue;
        if (lines.empty() || lines.back() != line) lines.emplace_back(line);
    }
    if (lines.size() > capacity_) {
        lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(capacity_));
    }
    // An unfinished last line must not swallow the next one.
    if (total > 2 * capacity_ || (!content.empty() && content.back() != '\n')) rewrite(lines);
    if (!lines.empty()) last_ = lines.back();
    return lines;
}

void LineHistory::rewrite(const std::vector<std::string>& lines) {
    const std::string temporary = path_ + "." + std::to_string(::getpid());
    UniqueFd fresh{sys::open(temporary.c_str(), O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC,
                             S_IRUSR | S_IWUSR)};
    if (!fresh) return;
    std::string content;
    for (const std::string& line : lines) content.append(line).append("\n");
    if (write_all(fresh.get(), content) < 0 || ::rename(temporary.c_str(), path_.c_str()) < 0) {
        ::unlink(temporary.c_str());
        return;
    }
    file_ = std::move(fresh);
}

void LineHistory::add(std::string_view line) {
    if (line.empty() || line == last_) return;
    last_ = line;
    if (file_) write_all(file_.get(), std::string{line} + "\n");
}

}  // namespace hark
