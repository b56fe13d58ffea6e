#include "daemon/control/tail.hpp"

#include <algorithm>
#include <cstring>

namespace hark {

namespace {

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The text that people read.
std::string_view text_of(const Record& record) noexcept {
    if (record.content != nullptr) return record.content->text;
    for (const Detail& detail : record.details) {
        if (detail.key != Key::text) continue;
        if (const auto* text = std::get_if<std::string_view>(&detail.value)) return *text;
    }
    return {};
}

// Parts are not searched: the text may span two of them, and whoever joins them finds it.
bool is_part(const Record& record) noexcept {
    return record.content != nullptr && (record.content->part > 0 || record.content->more);
}

}  // namespace

std::string in_lower_case(std::string_view text) {
    std::string result{text};
    std::ranges::transform(result, result.begin(), lower);
    return result;
}

bool TailFilter::may_want(const Record& record) const noexcept {
    return events[static_cast<std::size_t>(record.event)] &&
           (client == 0 || client == record.connection);
}

bool TailFilter::wants(const Record& record, std::string& lowered) const {
    if (!may_want(record)) return false;
    if (peer && (record.peer.address == nullptr || !peer->matches(*record.peer.address)))
        return false;
    if (text.empty() || is_part(record)) return true;
    if (lowered.empty()) lowered = in_lower_case(text_of(record));
    // Takes linear time for any input.
    return memmem(lowered.data(), lowered.size(), text.data(), text.size()) != nullptr;
}

}  // namespace hark
