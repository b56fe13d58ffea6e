#include "tools/records/time_spans.hpp"

#include "tools/records/line_reader.hpp"
#include "tools/records/plain_files.hpp"
#include "tools/records/timed_file.hpp"

#include <algorithm>

namespace hark {

namespace {

// Compressed files up to this total size are read anyway.
constexpr std::int64_t SMALL_PACKED = 1024 * 1024;
// A compressed file keeps the time of its last record as its own modification time, unless it was
// copied.
constexpr std::chrono::hours MOST_SET_BACK{24};

std::int64_t compressed_size(std::span<const LogFile> files) noexcept {
    std::int64_t size = 0;
    for (const LogFile& file : files) {
        if (!file.is_plain() && !file.is_pipe) size += file.size;
    }
    return size;
}

// The times at the beginning of a file, where the clock may be wrong until it is set.
struct HeadTimes {
    WallTime first;
    WallTime earliest;
    WallTime latest;
};

std::optional<HeadTimes> head_times_of(const LogFile& file, int most_lines) {
    if (file.is_pipe) return std::nullopt;
    constexpr int MOST_STEPS = 100;
    LineReader lines;
    lines.start(file.stream(), 0);
    std::optional<HeadTimes> times;
    for (int step = 0; step < MOST_STEPS && most_lines > 0; ++step) {
        const FileLine line = lines.next();
        if (line.kind == FileLine::Kind::end || line.kind == FileLine::Kind::failed) break;
        if (line.kind != FileLine::Kind::line) continue;
        const auto time = time_of_line(line.text);
        if (!time) continue;
        --most_lines;
        if (!times) times = HeadTimes{.first = *time, .earliest = *time, .latest = *time};
        times->earliest = std::min(times->earliest, *time);
        times->latest = std::max(times->latest, *time);
    }
    return times;
}

// The latest time in a compressed file, if the next younger one begins at `next`.
WallTime end_of_compressed(const LogFile& file, const HeadTimes& head, WallTime next) {
    const WallTime end = std::max(head.latest, next);
    return file.written > end && file.written - end < MOST_SET_BACK ? file.written : end;
}

}  // namespace

std::optional<WallTime> first_time_of(const LogFile& file) {
    const auto times = head_times_of(file, 1);
    return times ? std::optional{times->first} : std::nullopt;
}

std::vector<FileSpan> find_spans(std::span<const LogFile> files, std::optional<WallTime> since,
                                 std::optional<WallTime> until) {
    std::vector<FileSpan> spans;
    if (!since && !until) {
        for (std::size_t i = 0; i < files.size(); ++i) spans.push_back({.file = i});
        return spans;
    }
    const PlainFiles plain{files};
    const PlainFiles::Part part = plain.part_of(since, until);
    const bool read_compressed = compressed_size(files) <= SMALL_PACKED;
    constexpr int HEAD_LINES = 50;
    std::optional<WallTime> next;  // the first time in the next younger file
    for (std::size_t i = files.size(); i-- > 0;) {
        const LogFile& file = files[i];
        if (file.is_plain()) {
            if (const auto span = plain.within(i, part)) spans.push_back(*span);
            if (const auto first = plain.first_time(i)) next = first;
            continue;
        }
        if (read_compressed) {
            spans.push_back({.file = i});
            continue;
        }
        const auto head = head_times_of(file, HEAD_LINES);
        const bool is_too_young = until && head && head->earliest > *until;
        const bool is_too_old = since && head && next && head->first <= *next &&
                                end_of_compressed(file, *head, *next) < *since;
        if (!is_too_young && !is_too_old) spans.push_back({.file = i});
        if (head) next = head->latest;
    }
    std::reverse(spans.begin(), spans.end());
    return spans;
}

}  // namespace hark
