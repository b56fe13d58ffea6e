#include "tools/bench/mix.hpp"

#include "common/text/number.hpp"

#include <algorithm>
#include <numeric>

namespace hark {

namespace {

bool take_weight(std::string_view digits, std::uint64_t& weight) noexcept {
    const auto number = parse_number<std::uint64_t>(digits);
    weight = number.value_or(0);
    return weight >= 1 && weight <= MAX_WEIGHT;
}

}  // namespace

std::optional<Mix> parse_mix(std::string_view text, std::span<const char* const> names) {
    Mix mix;
    for (bool more = true; more;) {
        const std::size_t comma = text.find(',');
        more = comma != std::string_view::npos;
        const std::string_view part = text.substr(0, comma);
        if (more) text.remove_prefix(comma + 1);

        const std::size_t equals = part.find('=');
        const auto name = std::find(names.begin(), names.end(), part.substr(0, equals));
        MixPart found{static_cast<std::size_t>(name - names.begin())};
        const bool has_weight = equals != std::string_view::npos;
        if (name == names.end() ||
            (has_weight && !take_weight(part.substr(equals + 1), found.weight)) ||
            std::any_of(mix.begin(), mix.end(),
                        [&found](const MixPart& each) { return each.kind == found.kind; })) {
            return std::nullopt;
        }
        mix.push_back(found);
    }
    return mix;
}

std::vector<std::size_t> share_out(std::span<const std::uint64_t> weights, std::size_t count) {
    const auto total =
        static_cast<double>(std::accumulate(weights.begin(), weights.end(), std::uint64_t{0}));
    std::vector<std::size_t> shares(weights.size(), 1);
    // Give the remaining places one by one to the kind that lacks most.
    for (std::size_t given = weights.size(); given < count; ++given) {
        std::size_t neediest = 0;
        double most = -static_cast<double>(count);
        for (std::size_t each = 0; each < weights.size(); ++each) {
            const double due =
                static_cast<double>(weights[each]) / total * static_cast<double>(count);
            const double lacks = due - static_cast<double>(shares[each]);
            if (lacks > most) {
                most = lacks;
                neediest = each;
            }
        }
        ++shares[neediest];
    }
    return shares;
}

}  // namespace hark
