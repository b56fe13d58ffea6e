#include "tools/records/plain_files.hpp"

#include <algorithm>
#include <chrono>

namespace hark {

namespace {

// Up to this size, all is read, without looking for what could be left out.
constexpr std::int64_t SMALL = 2 * 1024 * 1024;
// Read on both sides of the wanted times, for clocks that were set back a little and messages in
// parts.
constexpr std::int64_t MARGIN = 128 * 1024;
// The distance of the first look from a border, and the factor by which each further look is
// farther away.
constexpr std::int64_t NEAREST = 16 * 1024;
constexpr double FURTHER = 1.4;
// How many looks are spread over the whole log, and how far each may read.
constexpr std::int64_t LOOKS_AROUND = 128;
constexpr std::int64_t LOOK_REACH = 16 * 1024;

}  // namespace

PlainFiles::PlainFiles(std::span<const LogFile> files) {
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (!files[i].is_plain()) continue;
        File file{i, size_, TimedFile{files[i].fd.get(), files[i].size}, {}, {}};
        if (const auto line = file.lines.first_from(0)) file.first = line->time;
        if (const auto line = file.lines.last()) file.last = line->time;
        files_.push_back(file);
        size_ += files[i].size;
    }
}

PlainFiles::Part PlainFiles::part_of(std::optional<WallTime> since,
                                     std::optional<WallTime> until) const {
    if (size_ <= SMALL) return {.begin = 0, .end = size_};
    Part part{.begin = since ? begin_of(*since) : 0, .end = until ? end_of(*until) : size_};
    const Part found = part;
    for (const Stretch& stretch : stretches()) {
        if (stretch.part.end >= found.begin && stretch.part.begin <= found.end) continue;
        if (!stretch.may_have(since, until)) continue;
        part.begin = std::min(part.begin, stretch.part.begin);
        part.end = std::max(part.end, stretch.part.end);
    }
    return part;
}

// If a clock was set back within it, some of its times are after `first`, and some before `last`.
bool PlainFiles::Stretch::may_have(std::optional<WallTime> since,
                                   std::optional<WallTime> until) const {
    const auto overlaps = [&](WallTime begin, WallTime end) {
        return (!since || end >= *since) && (!until || begin <= *until);
    };
    const auto more = std::chrono::floor<std::chrono::microseconds>(usual);
    return first <= last ? overlaps(first, last)
                         : overlaps(first, first + more) || overlaps(last - more, last);
}

// All of the log.
std::vector<PlainFiles::Stretch> PlainFiles::stretches() const {
    std::vector<Stretch> all;
    std::int64_t before = 0;
    auto time_before = time_at(0);
    const std::int64_t step = size_ / LOOKS_AROUND;
    for (std::int64_t place = step; place < size_; place += step) {
        const auto time = time_at(place, LOOK_REACH);
        if (!time) continue;
        if (time_before) {
            all.push_back({.part = {.begin = before, .end = place},
                           .first = *time_before,
                           .last = *time,
                           .usual = {}});
        }
        before = place;
        time_before = time;
    }
    constexpr int AMPLE = 2;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i > 0) all[i].usual = AMPLE * (all[i - 1].last - all[i - 1].first);
        if (i + 1 == all.size()) break;
        all[i].usual =
            std::max<Duration>(all[i].usual, AMPLE * (all[i + 1].last - all[i + 1].first));
    }
    return all;
}

std::optional<WallTime> PlainFiles::first_time(std::size_t place) const {
    for (const File& file : files_) {
        if (file.place == place) return file.first;
    }
    return std::nullopt;
}

std::optional<FileSpan> PlainFiles::within(std::size_t place, Part part) const {
    for (const File& file : files_) {
        if (file.place != place) continue;
        const auto [begin, end] = part;
        const std::int64_t size = file.lines.size();
        if (begin >= file.base + size && size > 0 && begin < size_) return std::nullopt;
        if (end <= file.base && size > 0) return std::nullopt;
        FileSpan span{.file = place};
        span.from = file.lines.line_from(std::clamp<std::int64_t>(begin - file.base, 0, size));
        if (end < file.base + size) span.to = file.lines.line_from(end - file.base);
        return span;
    }
    return std::nullopt;
}

// Where the records from `since` on begin.
std::int64_t PlainFiles::begin_of(WallTime since) const {
    std::int64_t border = size_;
    for (const File& file : files_) {
        if (file.lines.size() == 0) continue;
        if (file.first && *file.first < since && file.last && *file.last < since) continue;
        border = file.base;
        if (file.first && *file.first < since)
            border += file.lines.find(since, TimedFile::Unknown::later);
        break;
    }
    return std::max<std::int64_t>(widened_back(border, since) - MARGIN, 0);
}

// Where the records up to `until` end.
std::int64_t PlainFiles::end_of(WallTime until) const {
    std::int64_t border = 0;
    // NOLINTNEXTLINE(modernize-loop-convert): clang 14 does not have the views of this library
    for (auto file = files_.rbegin(); file != files_.rend(); ++file) {
        if (file->lines.size() == 0) continue;
        if (file->first && *file->first > until && file->last && *file->last > until) continue;
        border = file->base + file->lines.size();
        if (file->last && *file->last > until) {
            const std::chrono::microseconds step{1};
            border = file->base + file->lines.find(until + step, TimedFile::Unknown::earlier);
        }
        break;
    }
    return std::min(widened_forward(border, until) + MARGIN, size_);
}

std::optional<WallTime> PlainFiles::time_at(std::int64_t place, std::int64_t reach) const {
    for (const File& file : files_) {
        if (place >= file.base + file.lines.size()) continue;
        if (const auto line =
                file.lines.first_from(std::max<std::int64_t>(place - file.base, 0), reach)) {
            return line->time;
        }
    }
    return std::nullopt;
}

// A clock that was set back passes a time twice. Seen from the second time, at `border`, the first
// is about as far away as the clock was set back, so looks whose distance grows by a constant
// factor cannot all miss it.
std::int64_t PlainFiles::widened_back(std::int64_t border, WallTime since) const {
    std::int64_t begin = border;
    bool more = false;
    WallTime later = time_at(border).value_or(since);
    for (double distance = NEAREST; begin > 0; distance *= FURTHER) {
        const std::int64_t place = border - static_cast<std::int64_t>(distance);
        const auto time = place > 0 ? time_at(place) : std::nullopt;
        const bool is_odd = time && (*time >= since || *time > later);
        if (more && !is_odd) begin = std::max<std::int64_t>(place, 0);
        more = is_odd;
        if (time) later = *time;
        if (place <= 0) break;
    }
    return begin;
}

std::int64_t PlainFiles::widened_forward(std::int64_t border, WallTime until) const {
    std::int64_t end = border;
    bool more = false;
    WallTime earlier = until;
    for (double distance = NEAREST; end < size_; distance *= FURTHER) {
        const std::int64_t place = border + static_cast<std::int64_t>(distance);
        const auto time = place < size_ ? time_at(place) : std::nullopt;
        const bool is_odd = time && (*time <= until || *time < earlier);
        if (more && !is_odd) end = std::min(place, size_);
        more = is_odd;
        if (time) earlier = *time;
        if (place >= size_) break;
    }
    return end;
}

}  // namespace hark
