// What a reader of Tail wants to see.
#pragma once

#include "common/net/peer_pattern.hpp"
#include "common/record/record.hpp"

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>

namespace hark {

struct TailFilter {
    std::uint64_t client = 0;  // 0: any
    std::optional<PeerPattern> peer;
    std::string text;  // a part of theirs, in lower case; empty: any
    std::bitset<EVENTS> events =
        std::bitset<EVENTS>{}.set(static_cast<std::size_t>(Event::message));

    [[nodiscard]] bool wants(const Record& record) const;
};

// ASCII letters in lower case, all else as it is.
[[nodiscard]] std::string in_lower_case(std::string_view text);

}  // namespace hark
