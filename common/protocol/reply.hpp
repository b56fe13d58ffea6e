// The lines that the daemon sends, shared by both programs: codes, meaning and exact form. Each
// line is ASCII, ends with CRLF and is at most MAX_LINE bytes long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hark::reply {

// Bytes in a line, including its CRLF.
inline constexpr std::size_t MAX_LINE = 511;

// Opens the conversation: the daemon is ready.
inline constexpr std::string_view READY = "220";
// Acknowledges messages: they are in the log.
inline constexpr std::string_view STORED = "250";
// Acknowledges messages: they are in the log, some as raw bytes because their charset is unknown.
inline constexpr std::string_view STORED_AS_BYTES = "251";
// Answers `bye`.
inline constexpr std::string_view BYE = "221";
// Ends the conversation: rejected, or ended by the daemon.
inline constexpr std::string_view ENDED = "421";
// Refuses messages: the log does not take them and the daemon must stop.
inline constexpr std::string_view NOT_STORED = "451";

// "220 TEXT". Truncates long texts.
void append_ready(std::string& into, std::string_view text);

// "250 ok #17", "251 ok #19, kept as bytes": one message.
void append_stored(std::string& into, std::uint64_t message, bool as_bytes);

// "250 ok #5-812", "251 ok #5-812, some kept as bytes": merged messages. A single message is
// written as by append_stored().
void append_stored_range(std::string& into, std::uint64_t first, std::uint64_t last,
                         bool some_as_bytes);

// "250 ok": an empty line, which is not recorded.
void append_empty(std::string& into);

// "221 bye, 19 messages", "221 bye, 1 message"
void append_bye(std::string& into, std::uint64_t messages);

// "421 REASON". Truncates long reasons.
void append_ended(std::string& into, std::string_view reason);

// "451 not stored #17-20: REASON". Truncates long reasons.
void append_not_stored(std::string& into, std::uint64_t first, std::uint64_t last,
                       std::string_view reason);

// The messages that a line answers.
struct Answered {
    std::uint64_t first = 0;  // 0: an empty line, which has no number
    std::uint64_t last = 0;
    bool as_bytes = false;  // 251
};

// The prefix of a line from an operator, followed by up to MAX_WORDS bytes of text in the client's
// charset.
inline constexpr std::string_view OPERATOR = "* operator: ";
inline constexpr std::size_t MAX_WORDS = 400;

// Parses a line from append_stored(), append_stored_range() or append_empty(), with or without
// CRLF; nothing for any other line.
[[nodiscard]] std::optional<Answered> parse_stored(std::string_view line) noexcept;

// The kinds of lines from the daemon.
enum class Kind : std::uint8_t {
    ready,       // 220
    stored,      // 250 and 251; `messages` are in the log
    bye,         // 221
    ended,       // 421: `text` is the reason
    not_stored,  // 451: `messages` are not in the log, `text` is the reason
    notice,      // "* ...": unsolicited, not a reply; `text` is the text after the star
    other,       // none of these: not a line from the daemon
};

struct Reply {
    Kind kind = Kind::other;
    unsigned code = 0;      // three digits; 0: a notice or other
    Answered messages;      // for `stored` and `not_stored`
    std::string_view text;  // the text for people; a view into the line
};

// Parses any line, with or without terminator. If a line only starts like one of the daemon's, it
// is `other`, and `text` is the whole line.
[[nodiscard]] Reply parse(std::string_view line) noexcept;

}  // namespace hark::reply
