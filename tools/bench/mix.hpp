// Several kinds with weights: "ascii", "ascii,gbk" in equal parts, "ascii=8,gbk=2".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace hark {

struct MixPart {
    std::size_t kind = 0;  // index of its name
    std::uint64_t weight = 1;
    friend bool operator==(const MixPart&, const MixPart&) = default;
};
using Mix = std::vector<MixPart>;

inline constexpr std::uint64_t MAX_WEIGHT = 1000;

// Nothing if a name is unknown or repeated, or a weight is not from 1 to MAX_WEIGHT.
[[nodiscard]] std::optional<Mix> parse_mix(std::string_view text,
                                           std::span<const char* const> names);

// How many of `count` places each weight gets: at least one, otherwise in proportion, rounded.
// `count` must not be less than the number of weights.
[[nodiscard]] std::vector<std::size_t> share_out(std::span<const std::uint64_t> weights,
                                                 std::size_t count);

}  // namespace hark
