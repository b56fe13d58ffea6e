// The daemon's lines on the wire, shared by both programs: codes, meaning, and their exact form.
// Every line is ASCII, ends with CRLF and is at most MAX_LINE bytes long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hark::reply {

// Of a whole line, its CRLF included.
inline constexpr std::size_t MAX_LINE = 511;

// Frames the conversation: the daemon is ready.
inline constexpr std::string_view READY = "220";
// Answers messages: they are in the log.
inline constexpr std::string_view STORED = "250";
// Answers messages: they are in the log, some as raw bytes, since they are in no known charset.
inline constexpr std::string_view STORED_AS_BYTES = "251";
// Answers `bye`.
inline constexpr std::string_view BYE = "221";
// Frames the conversation: refused, or ended by the daemon.
inline constexpr std::string_view ENDED = "421";
// Answers messages: the log would not take them and the daemon must stop.
inline constexpr std::string_view NOT_STORED = "451";

// "220 TEXT". A text that is too long is cut.
void append_ready(std::string& into, std::string_view text);

// "250 ok #17", "251 ok #19, kept as bytes": one message.
void append_stored(std::string& into, std::uint64_t message, bool as_bytes);

// "250 ok #5-812", "251 ok #5-812, some kept as bytes": messages merged. One message alone is
// written as append_stored() does.
void append_stored_range(std::string& into, std::uint64_t first, std::uint64_t last,
                         bool some_as_bytes);

// "250 ok": an empty line, which is not recorded.
void append_empty(std::string& into);

// "221 bye, 19 messages", "221 bye, 1 message"
void append_bye(std::string& into, std::uint64_t messages);

// "421 REASON". A reason that is too long is cut.
void append_ended(std::string& into, std::string_view reason);

// "451 not stored #17-20: REASON". A reason that is too long is cut.
void append_not_stored(std::string& into, std::uint64_t first, std::uint64_t last,
                       std::string_view reason);

// Which messages a line answers.
struct Answered {
    std::uint64_t first = 0;  // 0: an empty line, which has no number
    std::uint64_t last = 0;
    bool as_bytes = false;  // 251
};

// What an operator says begins with it; behind it stand up to MAX_WORDS bytes of text in the
// client's charset.
inline constexpr std::string_view OPERATOR = "* operator: ";
inline constexpr std::size_t MAX_WORDS = 400;

// Reads a line of append_stored(), append_stored_range() or append_empty(), with or without its
// CRLF; nothing when it is another.
[[nodiscard]] std::optional<Answered> parse_stored(std::string_view line) noexcept;

// What a line from the daemon says.
enum class Kind : std::uint8_t {
    ready,       // 220
    stored,      // 250 and 251; `messages` are in the log
    bye,         // 221
    ended,       // 421: `text` is the reason
    not_stored,  // 451: `messages` are not in the log, `text` is the reason
    notice,      // "* ...": not asked for, nor an answer; `text` is what follows the star
    other,       // none of these: no line of the daemon's
};

struct Reply {
    Kind kind = Kind::other;
    unsigned code = 0;      // three digits; 0: a notice or other
    Answered messages;      // of `stored` and `not_stored`
    std::string_view text;  // what is for a person: a view of the line
};

// Reads any line, with or without its end. A line that only begins as one of the daemon's is
// `other`, and its text the whole line.
[[nodiscard]] Reply parse(std::string_view line) noexcept;

}  // namespace hark::reply
