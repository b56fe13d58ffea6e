// The history of typed lines, kept between runs in a private file of the user: UTF-8, one line
// each, newest last. Lines are added at once, so a crash loses none, and concurrent runs interleave
// theirs. If the file is unusable, editing works without it.
#pragma once

#include "common/sys/unique_fd.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hark {

class LineHistory {
   public:
    // With an empty `path`, nothing is kept.
    LineHistory(std::string path, std::size_t capacity)
        : path_{std::move(path)}, capacity_{capacity} {}

    // hark/history in $XDG_STATE_HOME or ~/.local/state; empty without a home.
    [[nodiscard]] static std::string default_path();

    // Opens the file, creating it and its folders if needed, and returns the last `capacity` lines,
    // oldest first, without consecutive duplicates. A file that has grown far beyond that is
    // truncated to them.
    [[nodiscard]] std::vector<std::string> load();

    // Adds `line`, valid UTF-8 without line terminators, unless it equals the last one.
    void add(std::string_view line);

   private:
    void rewrite(const std::vector<std::string>& lines);

    std::string path_;
    std::size_t capacity_;
    UniqueFd file_;
    std::string last_;
};

}  // namespace hark
