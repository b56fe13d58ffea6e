#include "tools/records/time_spans.hpp"

#include "tools/records/line_reader.hpp"
#include "tools/records/timed_file.hpp"

#include <algorithm>

namespace hark {

namespace {

// So much is read anyway, without looking for what could be left out.
constexpr std::int64_t SMALL = 1024 * 1024;
// Read on both sides of the times: clocks that were set back a little, and messages in parts.
constexpr std::int64_t MARGIN = 128 * 1024;
// How far away from a border the first look goes, and each next one by how much further.
constexpr std::int64_t NEAREST = 16 * 1024;
constexpr double FURTHER = 1.4;

// The plain files, as if they were one.
class PlainFiles {
   public:
    explicit PlainFiles(std::span<const LogFile> files) {
        for (std::size_t i = 0; i < files.size(); ++i) {
            if (!files[i].is_plain()) continue;
            files_.push_back({i, size_, TimedFile{files[i].fd.get(), files[i].size}, {}, {}});
            size_ += files[i].size;
        }
    }
    [[nodiscard]] std::int64_t size() const noexcept { return size_; }

    void read_ends() {
        for (File& file : files_) {
            if (const auto line = file.lines.first_from(0)) file.first = line->time;
            if (const auto line = file.lines.last()) file.last = line->time;
        }
    }
    // Of the file at this place among all; nothing if it is not known.
    [[nodiscard]] std::optional<WallTime> first_time(std::size_t place) const {
        for (const File& file : files_) {
            if (file.place == place) return file.first;
        }
        return std::nullopt;
    }

    // Where the records from `since` on begin.
    [[nodiscard]] std::int64_t begin_of(WallTime since) const {
        std::int64_t border = size_;
        for (const File& file : files_) {
            if (file.lines.size() == 0) continue;
            if (file.first && *file.first < since && file.last && *file.last < since) continue;
            border = file.base;
            if (file.first && *file.first < since) border += file.lines.find(since);
            break;
        }
        return std::max<std::int64_t>(widened_back(border, since) - MARGIN, 0);
    }
    // Where the records up to `until` end.
    [[nodiscard]] std::int64_t end_of(WallTime until) const {
        std::int64_t border = 0;
        // NOLINTNEXTLINE(modernize-loop-convert): clang 14 does not have the views of this library
        for (auto file = files_.rbegin(); file != files_.rend(); ++file) {
            if (file->lines.size() == 0) continue;
            if (file->first && *file->first > until && file->last && *file->last > until) continue;
            border = file->base + file->lines.size();
            if (file->last && *file->last > until) {
                const std::chrono::microseconds step{1};
                border = file->base + file->lines.find(until + step);
            }
            break;
        }
        return std::min(widened_forward(border, until) + MARGIN, size_);
    }

    // The span of the file at this place that lies within the two places; nothing if none does.
    [[nodiscard]] std::optional<FileSpan> within(std::size_t place, std::int64_t begin,
                                                 std::int64_t end) const {
        for (const File& file : files_) {
            if (file.place != place) continue;
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

   private:
    struct File {
        std::size_t place;
        std::int64_t base;
        TimedFile lines;
        std::optional<WallTime> first;
        std::optional<WallTime> last;
    };

    [[nodiscard]] std::optional<WallTime> time_at(std::int64_t place) const {
        for (const File& file : files_) {
            if (place >= file.base + file.lines.size()) continue;
            if (const auto line =
                    file.lines.first_from(std::max<std::int64_t>(place - file.base, 0))) {
                return line->time;
            }
        }
        return std::nullopt;
    }

    // A clock that was set back passes a time twice. Seen from the second passing, which `border`
    // is, the first one is about as far away as the clock was set back: so looks whose distance
    // grows by a constant factor cannot all miss it.
    [[nodiscard]] std::int64_t widened_back(std::int64_t border, WallTime since) const {
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
    [[nodiscard]] std::int64_t widened_forward(std::int64_t border, WallTime until) const {
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

    std::vector<File> files_;
    std::int64_t size_ = 0;
};

std::int64_t compressed_size(std::span<const LogFile> files) noexcept {
    std::int64_t size = 0;
    for (const LogFile& file : files) {
        if (!file.is_plain() && !file.is_pipe) size += file.size;
    }
    return size;
}

}  // namespace

std::optional<WallTime> first_time_of(const LogFile& file) {
    if (file.is_pipe) return std::nullopt;
    constexpr int MOST_STEPS = 100;
    LineReader lines;
    lines.start(file.stream(), 0);
    for (int step = 0; step < MOST_STEPS; ++step) {
        const FileLine line = lines.next();
        switch (line.kind) {
            case FileLine::Kind::line:
                if (const auto time = time_of_line(line.text)) return time;
                break;
            case FileLine::Kind::too_long:
            case FileLine::Kind::working:
                break;
            case FileLine::Kind::end:
            case FileLine::Kind::failed:
                return std::nullopt;
        }
    }
    return std::nullopt;
}

std::vector<FileSpan> find_spans(std::span<const LogFile> files, std::optional<WallTime> since,
                                 std::optional<WallTime> until) {
    std::vector<FileSpan> spans;
    if (!since && !until) {
        for (std::size_t i = 0; i < files.size(); ++i) spans.push_back({.file = i});
        return spans;
    }
    PlainFiles plain{files};
    plain.read_ends();
    const bool small = plain.size() <= SMALL;
    const std::int64_t begin = since && !small ? plain.begin_of(*since) : 0;
    const std::int64_t end = until && !small ? plain.end_of(*until) : plain.size();
    const bool read_compressed = compressed_size(files) <= SMALL;
    std::optional<WallTime> next;  // the first time in the next younger file
    for (std::size_t i = files.size(); i-- > 0;) {
        const LogFile& file = files[i];
        if (file.is_plain()) {
            if (const auto span = plain.within(i, begin, end)) spans.push_back(*span);
            if (const auto first = plain.first_time(i)) next = first;
            continue;
        }
        if (read_compressed) {
            spans.push_back({.file = i});
            continue;
        }
        const auto first = first_time_of(file);
        const bool is_too_young = until && first && *first > *until;
        const bool is_too_old = since && next && *next < *since && first && *first <= *next;
        if (!is_too_young && !is_too_old) spans.push_back({.file = i});
        if (first) next = first;
    }
    std::reverse(spans.begin(), spans.end());
    return spans;
}

}  // namespace hark
