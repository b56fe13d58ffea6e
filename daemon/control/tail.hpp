// The records that a follower wants.
#pragma once

#include "common/net/address_pattern.hpp"
#include "common/record/record.hpp"

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>

namespace hark {

struct TailFilter {
    std::uint64_t client = 0;  // 0: any
    std::optional<AddressPattern> peer;
    std::string text;  // part of the record's text, in lower case; empty: any
    std::bitset<EVENTS> events =
        std::bitset<EVENTS>{}.set(static_cast<std::size_t>(Event::message));

    // In bytes.
    static constexpr std::size_t MAX_TEXT = 256;

    // A very cheap check before wants().
    [[nodiscard]] bool may_want(const Record& record) const noexcept;
    // `lowered` caches the record's lower-case text between filters; empty at first.
    [[nodiscard]] bool wants(const Record& record, std::string& lowered) const;
};

// Converts ASCII letters to lower case; everything else stays unchanged.
[[nodiscard]] std::string in_lower_case(std::string_view text);

}  // namespace hark
