#include "common/protocol/reply.hpp"

#include "common/text/fixed_string.hpp"
#include "common/text/number.hpp"

#include <span>

namespace hark::reply {

namespace {

constexpr std::string_view END_OF_LINE = "\r\n";

// Ends the line that began at `start` with as much of `text` as fits, replacing control bytes and
// non-ASCII: a reply is always one line.
void append_text_and_end(std::string& into, std::size_t start, std::string_view text) {
    const std::size_t room = MAX_LINE - END_OF_LINE.size() - (into.size() - start);
    const std::size_t text_start = into.size();
    into.append(text.substr(0, room));
    for (char& byte : std::span{into}.subspan(text_start)) {
        if (byte < ' ' || byte > '~') byte = '?';
    }
    into.append(END_OF_LINE);
}

bool take(std::string_view& line, std::string_view prefix) noexcept {
    if (!line.starts_with(prefix)) return false;
    line.remove_prefix(prefix.size());
    return true;
}

// The blank after a code; optional if nothing follows.
bool take_blank(std::string_view& line) noexcept {
    return line.empty() || take(line, " ");
}

bool take_number(std::string_view& line, std::uint64_t& into) noexcept {
    const auto number = hark::take_number<std::uint64_t>(line);
    into = number.value_or(0);
    return number.has_value();
}

// "17", "17-20"; message numbers start at 1.
bool take_range(std::string_view& line, Answered& into) noexcept {
    if (!take_number(line, into.first) || into.first == 0) return false;
    into.last = into.first;
    return !take(line, "-") || (take_number(line, into.last) && into.last >= into.first);
}

}  // namespace

void append_ready(std::string& into, std::string_view text) {
    const std::size_t start = into.size();
    into.append(READY).append(" ");
    append_text_and_end(into, start, text);
}

void append_stored(std::string& into, std::uint64_t message, bool as_bytes) {
    ShortText<64> line;
    line.append(as_bytes ? "251 ok #" : "250 ok #").append_number(message);
    into.append(line.append(as_bytes ? ", kept as bytes\r\n" : "\r\n").view());
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
    into.append(messages == 1 ? " message\r\n" : " messages\r\n");
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
    if (!take(line, " ok #") || !take_range(line, answered)) return std::nullopt;
    if (!line.empty() && line.front() != ',') return std::nullopt;
    return answered;
}

Reply parse(std::string_view line) noexcept {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const Reply other{Kind::other, 0, {}, line};
    if (take(line, "* ")) return {Kind::notice, 0, {}, line};
    if (const auto answered = parse_stored(line)) {
        return {.kind = Kind::stored,
                .code = answered->as_bytes ? 251U : 250U,
                .messages = *answered,
                .text = line.substr(STORED.size() + 1)};
    }
    std::string_view rest = line;
    if (take(rest, READY) && take_blank(rest)) return {Kind::ready, 220, {}, rest};
    rest = line;
    if (take(rest, BYE) && take_blank(rest)) return {Kind::bye, 221, {}, rest};
    rest = line;
    if (take(rest, ENDED) && take_blank(rest)) return {Kind::ended, 421, {}, rest};
    rest = line;
    Answered refused;
    if (take(rest, NOT_STORED) && take(rest, " not stored #") && take_range(rest, refused) &&
        take(rest, ": ")) {
        return {Kind::not_stored, 451, refused, rest};
    }
    return other;
}

}  // namespace hark::reply
