// What a reader of Tail wants to see.
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
    std::string text;  // a part of theirs, in lower case; empty: any
    std::bitset<EVENTS> events =
        std::bitset<EVENTS>{}.set(static_cast<std::size_t>(Event::message));

    // Bytes of `text`.
    static constexpr std::size_t MAX_TEXT = 256;

    // Which costs next to nothing to find out.
    [[nodiscard]] bool may_want(const Record& record) const noexcept;
    // `lowered`: of the record, from one filter to the next; empty at first.
    [[nodiscard]] bool wants(const Record& record, std::string& lowered) const;
};

// ASCII letters in lower case, all else as it is.
[[nodiscard]] std::string in_lower_case(std::string_view text);

}  // namespace hark
