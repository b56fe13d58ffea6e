// The lines that were typed, kept from one run to the next: a file of the user's alone, UTF-8, a
// line each, the newest last. Each line is added at once, so that a crash loses none and runs at
// the same time mix theirs. Whatever is wrong with the file, typing goes on without it.
#pragma once

#include "common/sys/unique_fd.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hark {

class LineHistory {
   public:
    // `path` empty: nothing is kept.
    LineHistory(std::string path, std::size_t capacity)
        : path_{std::move(path)}, capacity_{capacity} {}

    // hark/history in $XDG_STATE_HOME or ~/.local/state; empty where there is no home.
    [[nodiscard]] static std::string default_path();

    // Opens the file, made with its folders where it is not there, and returns the last `capacity`
    // lines, oldest first, without repetitions in a row. A file that has grown far beyond them is
    // cut down to them.
    [[nodiscard]] std::vector<std::string> load();

    // Adds `line`, valid UTF-8 without controls that end lines; not one that equals the last.
    void add(std::string_view line);

   private:
    void rewrite(const std::vector<std::string>& lines);

    std::string path_;
    std::size_t capacity_;
    UniqueFd file_;
    std::string last_;
};

}  // namespace hark
