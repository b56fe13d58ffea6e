#include "common/settings/mistakes.hpp"

#include "common/locale/i18n.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/core.h>

namespace hark {

namespace {

// As many as keep the record readable.
constexpr std::size_t MOST_JOINED = 5;

std::string in_one_line(const std::vector<std::string>& mistakes) {
    std::string text;
    const std::size_t shown = std::min(mistakes.size(), MOST_JOINED);
    for (std::size_t index = 0; index < shown; ++index) {
        if (index > 0) text += "; ";
        text += mistakes[index];
    }
    const std::size_t more = mistakes.size() - shown;
    if (more > 0) text += formatted(_("; and {} more"), more);
    return text;
}

}  // namespace

std::string Origin::text() const {
    return line == 0 ? place : fmt::format("{}:{}:{}", place, line, column);
}

ConfigError::ConfigError(std::vector<std::string> mistakes)
    : std::runtime_error{in_one_line(mistakes)}, mistakes_{std::move(mistakes)} {}

void Mistakes::add(const Origin& origin, std::string_view what) {
    mistakes_.push_back({origin, std::string{what}});
}

void Mistakes::throw_if_any() const {
    if (mistakes_.empty()) return;
    std::vector<Mistake> sorted = mistakes_;
    std::ranges::stable_sort(sorted, {}, [](const Mistake& mistake) {
        return std::tuple{mistake.origin.line, mistake.origin.column};
    });
    std::vector<std::string> texts;
    texts.reserve(sorted.size());
    for (const Mistake& mistake : sorted) {
        texts.push_back(fmt::format("{}: {}", mistake.origin.text(), mistake.what));
    }
    throw ConfigError{std::move(texts)};
}

}  // namespace hark
