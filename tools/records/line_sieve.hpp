// Finds the lines of a block that may matter, without parsing: lines with a string that all wanted
// records have; parts of messages, since the string may be cut in two; lines that end such messages
// (a connection closes, a daemon starts); and lines that another program has escaped in its own
// way.
#pragma once

#include "tools/records/literal_search.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace hark {

class LineSieve {
   public:
    // `literal`: as written inside a JSON string. `in_every_part`: every part of a message has it.
    LineSieve(std::string_view literal, bool any_case, bool in_every_part);

    // Whether lines that end messages matter from now on.
    void want_ends(bool wanted) noexcept { wants_ends_ = wanted; }
    // From now on next() searches `block`, which must end with a whole line.
    void enter(std::string_view block) noexcept;
    // Returns a place in the first line that may matter at or after `from`, which never decreases;
    // npos if there is none.
    [[nodiscard]] std::size_t next(std::size_t from) noexcept;

   private:
    LiteralSearch literal_;
    LiteralSearch part_;
    LiteralSearch closed_;
    LiteralSearch listening_;
    bool in_every_part_;
    bool wants_ends_ = false;
    std::string_view block_;
    // Where each of the five occurs next; below `from`: not known yet.
    std::array<std::size_t, 5> places_{};
    std::array<bool, 5> known_{};
};

// Whether the line of JSON may be a part of a message, or end messages.
[[nodiscard]] bool may_concern_parts(std::string_view line) noexcept;

}  // namespace hark
