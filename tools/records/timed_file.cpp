#include "tools/records/timed_file.hpp"

#include "common/record/log_json.hpp"
#include "common/record/record_values.hpp"
#include "common/sys/calls.hpp"

#include <algorithm>
#include <string>

namespace hark {

namespace {

// How much one look at a file reads: a few lines.
constexpr std::int64_t LOOK = 4 * 1024;

// At most `size` bytes; fewer at the end of the file, or on an error.
std::string read_at(int fd, std::int64_t offset, std::int64_t size) {
    std::string bytes(static_cast<std::size_t>(size), '\0');
    const ssize_t got = sys::pread(fd, bytes.data(), bytes.size(), offset);
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return bytes;
}

}  // namespace

std::optional<WallTime> time_of_line(std::string_view line) {
    constexpr std::string_view HEAD = R"({"time":")";
    constexpr std::size_t SIZE = 27;
    if (line.starts_with(HEAD)) {
        if (const auto time = parse_record_time(line.substr(HEAD.size(), SIZE))) return time;
    }
    LogRecord record;
    if (line.find(R"("time")") == std::string_view::npos || !view_log_json(line, record)) {
        return std::nullopt;
    }
    return record.time();
}

std::optional<TimedLine> TimedFile::first_from(std::int64_t offset, std::int64_t reach) const {
    // Start at the LF before it.
    std::int64_t base = std::max<std::int64_t>(offset - 1, 0);
    const std::int64_t limit = std::min(size_, base + reach);
    bool at_line = offset == 0;
    std::string text;
    while (base + static_cast<std::int64_t>(text.size()) < limit) {
        const std::string more = read_at(fd_, base + static_cast<std::int64_t>(text.size()), LOOK);
        if (more.empty()) break;
        text += more;
        std::size_t begin = 0;
        for (std::size_t lf = text.find('\n'); lf != std::string::npos;
             lf = text.find('\n', begin)) {
            const std::string_view line = std::string_view{text}.substr(begin, lf - begin);
            if (at_line) {
                if (const auto time = time_of_line(line)) {
                    return TimedLine{base + static_cast<std::int64_t>(begin), *time};
                }
            }
            at_line = true;
            begin = lf + 1;
        }
        text.erase(0, begin);
        base += static_cast<std::int64_t>(begin);
    }
    return std::nullopt;
}

std::optional<TimedLine> TimedFile::last() const {
    for (std::int64_t size = LOOK; size / 4 < std::min(size_, REACH); size *= 4) {
        const std::int64_t base = std::max<std::int64_t>(size_ - size, 0);
        const std::string text = read_at(fd_, base, size_ - base);
        std::size_t end = text.size();
        while (end > 0) {
            const std::size_t lf = text.rfind('\n', end - 1);
            if (lf == std::string::npos && base > 0) break;
            const std::size_t begin = lf == std::string::npos ? 0 : lf + 1;
            const auto time = time_of_line(std::string_view{text}.substr(begin, end - begin));
            if (time) return TimedLine{base + static_cast<std::int64_t>(begin), *time};
            if (begin == 0) break;
            end = lf;
        }
        if (base == 0) break;
    }
    return std::nullopt;
}

std::int64_t TimedFile::line_from(std::int64_t offset) const {
    if (offset <= 0) return 0;
    for (std::int64_t base = offset - 1; base < size_; base += LOOK) {
        const std::string text = read_at(fd_, base, LOOK);
        const std::size_t lf = text.find('\n');
        if (lf != std::string::npos) return base + static_cast<std::int64_t>(lf) + 1;
        if (text.empty()) break;
    }
    return size_;
}

std::int64_t TimedFile::find(WallTime time, Unknown unknown) const {
    std::int64_t before = 0;  // the first line from here on is older than `time`, or this is 0
    std::int64_t after = size_;
    while (after - before > LOOK) {
        const std::int64_t middle = before + (after - before) / 2;
        const auto line = first_from(middle);
        if (line ? line->time < time : unknown == Unknown::earlier) {
            before = line ? std::max(middle, std::min(line->offset, after)) : middle;
        } else {
            after = middle;
        }
    }
    return before;
}

}  // namespace hark
