#include "tools/records/line_sieve.hpp"

#include "tools/records/pattern_literal.hpp"

#include <algorithm>

namespace hark {

namespace {

constexpr std::string_view PART = R"("part")";
constexpr std::string_view CLOSED = R"("closed")";
// The event of a daemon's start, which ends what the previous one left unfinished.
constexpr std::string_view LISTENING = R"("listening")";

}  // namespace

LineSieve::LineSieve(std::string_view literal, bool any_case, bool in_every_part)
    : literal_{literal, any_case},
      part_{PART, false},
      closed_{CLOSED, false},
      listening_{LISTENING, false},
      in_every_part_{in_every_part} {}

void LineSieve::enter(std::string_view block) noexcept {
    block_ = block;
    known_ = {};
}

std::size_t LineSieve::next(std::size_t from) noexcept {
    const auto find = [&](std::size_t which) {
        switch (which) {
            case 0:
                return literal_.find(block_, from);
            case 1:
                return in_every_part_ ? std::string_view::npos : part_.find(block_, from);
            case 2:
                return closed_.find(block_, from);
            case 3:
                return listening_.find(block_, from);
            default:
                return find_foreign_escape(block_, from);
        }
    };
    std::size_t nearest = std::string_view::npos;
    for (std::size_t which = 0; which < places_.size(); ++which) {
        if ((which == 2 || which == 3) && !wants_ends_) continue;
        if (!known_[which] || places_[which] < from) {
            places_[which] = find(which);
            known_[which] = true;
        }
        nearest = std::min(nearest, places_[which]);
    }
    return nearest;
}

bool may_concern_parts(std::string_view line) noexcept {
    static const LiteralSearch part_search{PART, false};
    static const LiteralSearch closed_search{CLOSED, false};
    static const LiteralSearch listening_search{LISTENING, false};
    return part_search.find(line, 0) != std::string_view::npos ||
           closed_search.find(line, 0) != std::string_view::npos ||
           listening_search.find(line, 0) != std::string_view::npos ||
           find_foreign_escape(line, 0) != std::string_view::npos;
}

}  // namespace hark
