#include "common/nats/parser.hpp"

#include "common/nats/words.hpp"
#include "common/text/number.hpp"

#include <array>
#include <optional>
#include <span>

namespace hark::nats {

namespace {

// Splits a line into words; those that `into` has no room for are not counted.
std::size_t split(std::string_view line, std::span<std::string_view> into) noexcept {
    std::size_t count = 0;
    while (count < into.size()) {
        const std::size_t begin = line.find_first_not_of(BLANKS);
        if (begin == std::string_view::npos) break;
        line.remove_prefix(begin);
        const std::size_t end = line.find_first_of(BLANKS);
        into[count++] = line.substr(0, end);
        if (end == std::string_view::npos) break;
        line.remove_prefix(end);
    }
    return count;
}

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// `name` is in lower case.
bool is_operation(std::string_view word, std::string_view name) noexcept {
    if (word.size() != name.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (lower(word[i]) != name[i]) return false;
    }
    return true;
}

std::string_view unquoted(std::string_view text) noexcept {
    if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') {
        return text.substr(1, text.size() - 2);
    }
    return text;
}

}  // namespace

Parser::Step Parser::next(Operation& into) {
    if (!problem_.empty()) return Step::broken;
    input_.consume(taken_);
    taken_ = 0;
    if (line_size_ > 0) return take_message(into);
    const std::string_view bytes = input_.view();
    const std::size_t end = bytes.find(LINE_END, scanned_);
    if (end == std::string_view::npos) {
        if (bytes.size() > MAX_LINE) return fail("a line is too long");
        scanned_ = bytes.empty() ? 0 : bytes.size() - 1;
        return Step::incomplete;
    }
    scanned_ = 0;
    if (end > MAX_LINE) return fail("a line is too long");
    taken_ = end + LINE_END.size();
    return parse_line(bytes.substr(0, end), into);
}

Parser::Step Parser::parse_line(std::string_view line, Operation& into) {
    const std::size_t blank = line.find_first_of(BLANKS);
    const std::string_view word = line.substr(0, blank);
    const std::string_view rest =
        blank == std::string_view::npos ? std::string_view{} : trimmed(line.substr(blank));
    into = {};
    if (is_operation(word, "msg")) {
        if (const Step step = parse_message(rest, false); step == Step::broken) return step;
        return take_message(into);
    }
    if (is_operation(word, "hmsg")) {
        if (const Step step = parse_message(rest, true); step == Step::broken) return step;
        return take_message(into);
    }
    into.text = rest;
    if (is_operation(word, "ping")) {
        into.kind = Operation::Kind::ping;
    } else if (is_operation(word, "pong")) {
        into.kind = Operation::Kind::pong;
    } else if (is_operation(word, "+ok")) {
        into.kind = Operation::Kind::ok;
    } else if (is_operation(word, "info")) {
        into.kind = Operation::Kind::info;
    } else if (is_operation(word, "-err")) {
        into.kind = Operation::Kind::error;
        into.text = unquoted(rest);
    } else {
        return fail("it does not speak NATS");
    }
    return Step::operation;
}

// Notes what follows the line; the line itself stays where it is.
Parser::Step Parser::parse_message(std::string_view line, bool with_headers) {
    const std::size_t numbers = with_headers ? 2 : 1;
    std::array<std::string_view, 6> words{};
    const std::size_t count = split(line, words);
    if (count < 2 + numbers || count > 3 + numbers) return fail("a message has a bad line");
    const auto total = parse_number<std::size_t>(words[count - 1]);
    const auto headers =
        with_headers ? parse_number<std::size_t>(words[count - 2]) : std::optional<std::size_t>{0};
    if (!total || !headers || *headers > *total) return fail("a message has a bad length");
    if (*total > MAX_MESSAGE) return fail("a message is too long");
    line_size_ = taken_;
    header_size_ = *headers;
    total_size_ = *total;
    taken_ = 0;
    return Step::operation;
}

Parser::Step Parser::take_message(Operation& into) {
    const std::string_view bytes = input_.view();
    const std::size_t size = line_size_ + total_size_ + LINE_END.size();
    if (bytes.size() < size) return Step::incomplete;
    const std::string_view body = bytes.substr(line_size_, total_size_);
    if (bytes.substr(line_size_ + total_size_, LINE_END.size()) != LINE_END) {
        return fail("a message does not end where it should");
    }
    // The operation, subject, subscription, optional reply subject, one or two lengths.
    std::array<std::string_view, 6> words{};
    const std::size_t count = split(bytes.substr(0, line_size_ - LINE_END.size()), words);
    const bool with_headers = is_operation(words[0], "hmsg");
    into = {.kind = Operation::Kind::message,
            .subject = words[1],
            .subscription = words[2],
            .reply_to = count > (with_headers ? 5U : 4U) ? words[3] : std::string_view{},
            .headers = body.substr(0, header_size_),
            .payload = body.substr(header_size_)};
    taken_ = size;
    line_size_ = 0;
    return Step::operation;
}

Parser::Step Parser::fail(std::string_view problem) noexcept {
    problem_ = problem;
    return Step::broken;
}

void Parser::clear() noexcept {
    input_.clear();
    taken_ = scanned_ = line_size_ = 0;
    problem_ = {};
}

}  // namespace hark::nats
