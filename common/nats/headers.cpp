#include "common/nats/headers.hpp"

#include "common/nats/words.hpp"

namespace hark::nats {

namespace {

constexpr std::string_view VERSION = "NATS/1.0";

// Removes the first line from `text` and returns it without its end.
std::string_view take_line(std::string_view& text) noexcept {
    const std::size_t end = text.find(LINE_END);
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + LINE_END.size());
    return line;
}

}  // namespace

std::string_view find_header(std::string_view headers, std::string_view name) noexcept {
    take_line(headers);
    while (!headers.empty()) {
        const std::string_view line = take_line(headers);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        if (line.substr(0, colon) == name) return trimmed(line.substr(colon + 1));
    }
    return {};
}

std::string_view status_of(std::string_view headers) noexcept {
    std::string_view line = take_line(headers);
    if (!line.starts_with(VERSION)) return {};
    line = trimmed(line.substr(VERSION.size()));
    return line.substr(0, line.find(' '));
}

HeaderWriter& HeaderWriter::add(std::string_view name, std::string_view value) {
    text_.append(name).append(": ").append(value).append(LINE_END);
    return *this;
}

}  // namespace hark::nats
