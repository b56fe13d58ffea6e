// Finds the lines of a block that may matter, without parsing: those with a string that all wanted
// records have, parts of messages, since the string may be cut in two, and what another program has
// escaped in its own way.
#pragma once

#include "tools/records/literal_search.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace hark {

class LineSieve {
   public:
    // `literal`: as it stands inside a JSON string. `in_every_part`: every part of a message has
    // it.
    LineSieve(std::string_view literal, bool any_case, bool in_every_part);

    // From now on next() is about `block`. It must end with a whole line.
    void enter(std::string_view block) noexcept;
    // A place in the first line that may matter at or after `from`, which never decreases; npos:
    // there is no such line.
    [[nodiscard]] std::size_t next(std::size_t from) noexcept;

   private:
    LiteralSearch literal_;
    LiteralSearch part_;
    bool in_every_part_;
    std::string_view block_;
    // Where each of the three next stands; below `from`: not known yet.
    std::array<std::size_t, 3> places_{};
    std::array<bool, 3> known_{};
};

// Whether the line of JSON may be of a part of a message.
[[nodiscard]] bool may_be_part(std::string_view line) noexcept;

}  // namespace hark
