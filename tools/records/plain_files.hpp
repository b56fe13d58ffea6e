// The plain files of a log as if they were one, searched by time.
//
// Times rise, except where a clock was set back, or was wrong for a while. Such places are looked
// for where it matters, and by looks spread over the whole log; one that is shorter than the
// distance between two looks, and away from the wanted times, is missed.
#pragma once

#include "common/sys/clock.hpp"
#include "tools/records/log_files.hpp"
#include "tools/records/time_spans.hpp"
#include "tools/records/timed_file.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace hark {

class PlainFiles {
   public:
    // Uses the plain files among `files`, oldest first. They must outlive it.
    explicit PlainFiles(std::span<const LogFile> files);

    // A part of the whole: where it begins and ends.
    struct Part {
        std::int64_t begin;
        std::int64_t end;
    };
    // Where records of these times are.
    [[nodiscard]] Part part_of(std::optional<WallTime> since, std::optional<WallTime> until) const;
    // The span of the file at index `place` that lies within `part`; nothing if none does.
    [[nodiscard]] std::optional<FileSpan> within(std::size_t place, Part part) const;
    // The first time in the file at index `place`; nothing if it is not known.
    [[nodiscard]] std::optional<WallTime> first_time(std::size_t place) const;

   private:
    struct File {
        std::size_t place;
        std::int64_t base;
        TimedFile lines;
        std::optional<WallTime> first;
        std::optional<WallTime> last;
    };
    // What lies between two looks.
    struct Stretch {
        Part part;
        WallTime first;
        WallTime last;
        Duration usual;  // how much time such a stretch covers around here

        [[nodiscard]] bool may_have(std::optional<WallTime> since,
                                    std::optional<WallTime> until) const;
    };

    [[nodiscard]] std::int64_t begin_of(WallTime since) const;
    [[nodiscard]] std::int64_t end_of(WallTime until) const;
    [[nodiscard]] std::int64_t widened_back(std::int64_t border, WallTime since) const;
    [[nodiscard]] std::int64_t widened_forward(std::int64_t border, WallTime until) const;
    [[nodiscard]] std::vector<Stretch> stretches() const;
    [[nodiscard]] std::optional<WallTime> time_at(std::int64_t place,
                                                  std::int64_t reach = TimedFile::REACH) const;

    std::vector<File> files_;
    std::int64_t size_ = 0;
};

}  // namespace hark
