#include "daemon/control/tail.hpp"

#include <algorithm>

namespace hark {

namespace {

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// What a person reads of it.
std::string_view text_of(const Record& record) noexcept {
    if (record.content != nullptr) return record.content->text;
    for (const Detail& detail : record.details) {
        if (detail.key != Key::text) continue;
        if (const auto* text = std::get_if<std::string_view>(&detail.value)) return *text;
    }
    return {};
}

}  // namespace

std::string in_lower_case(std::string_view text) {
    std::string result{text};
    std::ranges::transform(result, result.begin(), lower);
    return result;
}

bool TailFilter::wants(const Record& record) const {
    if (!events[static_cast<std::size_t>(record.event)]) return false;
    if (client != 0 && client != record.connection) return false;
    if (peer && (record.peer.empty() || !peer->matches(record.peer))) return false;
    if (text.empty()) return true;
    const std::string_view theirs = text_of(record);
    const auto same = [](char of_theirs, char wanted) { return lower(of_theirs) == wanted; };
    return std::search(theirs.begin(), theirs.end(), text.begin(), text.end(), same) !=
           theirs.end();
}

}  // namespace hark
