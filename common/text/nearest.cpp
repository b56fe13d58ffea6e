#include "common/text/nearest.hpp"

#include <algorithm>
#include <utility>

namespace hark {

namespace {

constexpr std::size_t MOST = 3;
// Longer than any mistyped name.
constexpr std::size_t LONGEST_NAME = 64;

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    // Three rows of the table over prefixes of `a`: the current one and the two before it.
    std::vector<std::size_t> current(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> before(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) current[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before.swap(last);
        last.swap(current);
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = a[i - 1] == b[j - 1];
            current[j] =
                std::min({last[j] + 1, current[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) current[j] = std::min(current[j], before[j - 2] + 1);
        }
    }
    return current[b.size()];
}

std::vector<std::string> nearest(std::string_view name, const std::vector<std::string>& known) {
    if (name.empty() || name.size() > LONGEST_NAME) return {};
    const std::size_t farthest = std::max<std::size_t>(1, name.size() / 3);
    std::vector<std::pair<std::size_t, std::string>> found;
    for (const std::string& each : known) {
        const std::size_t distance = edit_distance(name, each);
        if (each.starts_with(name)) {
            found.emplace_back(0, each);
        } else if (distance <= farthest) {
            found.emplace_back(distance, each);
        }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> names;
    for (auto& [distance, each] : found) {
        if (names.size() == MOST || distance > found.front().first) break;
        names.push_back(std::move(each));
    }
    return names;
}

std::string joined(const std::vector<std::string>& names, std::string_view separator) {
    std::string text;
    for (const std::string& name : names) {
        if (!text.empty()) text += separator;
        text += name;
    }
    return text;
}

}  // namespace hark
