#include "common/proto/reply.hpp"

#include <array>
#include <charconv>

namespace hark::reply {

namespace {

constexpr std::string_view END_OF_LINE = "\r\n";

void append_number(std::string& into, std::uint64_t number) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    into.append(digits.data(), end);
}

// Ends the line that began at `start` with `text` as far as it fits, control bytes and what is not
// ASCII replaced: a reply is one line whatever it says.
void append_text_and_end(std::string& into, std::size_t start, std::string_view text) {
    const std::size_t room = MAX_LINE - END_OF_LINE.size() - (into.size() - start);
    for (const char byte : text.substr(0, room)) {
        into.push_back(byte >= ' ' && byte <= '~' ? byte : '?');
    }
    into.append(END_OF_LINE);
}

}  // namespace

void append_ready(std::string& into, std::string_view text) {
    const std::size_t start = into.size();
    into.append(READY).append(" ");
    append_text_and_end(into, start, text);
}

void append_stored(std::string& into, std::uint64_t message, bool as_bytes) {
    into.append(as_bytes ? "251 ok #" : "250 ok #");
    append_number(into, message);
    into.append(as_bytes ? ", kept as bytes\r\n" : "\r\n");
}

void append_stored_range(std::string& into, std::uint64_t first, std::uint64_t last,
                         bool some_as_bytes) {
    if (first == last) {
        append_stored(into, first, some_as_bytes);
        return;
    }
    into.append(some_as_bytes ? "251 ok #" : "250 ok #");
    append_number(into, first);
    into.push_back('-');
    append_number(into, last);
    into.append(some_as_bytes ? ", some kept as bytes\r\n" : "\r\n");
}

void append_empty(std::string& into) {
    into.append("250 ok\r\n");
}

void append_bye(std::string& into, std::uint64_t messages) {
    into.append("221 bye, ");
    append_number(into, messages);
    into.append(" messages\r\n");
}

void append_ended(std::string& into, std::string_view reason) {
    const std::size_t start = into.size();
    into.append(ENDED).append(" ");
    append_text_and_end(into, start, reason);
}

void append_not_stored(std::string& into, std::uint64_t first, std::uint64_t last,
                       std::string_view reason) {
    const std::size_t start = into.size();
    into.append("451 not stored #");
    append_number(into, first);
    if (last != first) {
        into.push_back('-');
        append_number(into, last);
    }
    into.append(": ");
    append_text_and_end(into, start, reason);
}

std::optional<Answered> parse_stored(std::string_view line) noexcept {
    if (line.ends_with(END_OF_LINE)) line.remove_suffix(END_OF_LINE.size());
    Answered answered;
    answered.as_bytes = line.starts_with(STORED_AS_BYTES);
    if (!answered.as_bytes && !line.starts_with(STORED)) return std::nullopt;
    line.remove_prefix(STORED.size());
    if (line == " ok") return answered;
    if (!line.starts_with(" ok #")) return std::nullopt;
    line.remove_prefix(std::string_view{" ok #"}.size());

    const char* const end = line.data() + line.size();
    const auto first = std::from_chars(line.data(), end, answered.first);
    if (first.ec != std::errc{} || answered.first == 0) return std::nullopt;
    answered.last = answered.first;
    const char* next = first.ptr;
    if (next != end && *next == '-') {
        const auto last = std::from_chars(next + 1, end, answered.last);
        if (last.ec != std::errc{} || answered.last < answered.first) return std::nullopt;
        next = last.ptr;
    }
    if (next != end && *next != ',') return std::nullopt;
    return answered;
}

}  // namespace hark::reply
