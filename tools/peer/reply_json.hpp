// A server's line as a JSON object, for --json.
#pragma once

#include "common/io/line_splitter.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

// One line of JSON, with its LF:
//
//     {"code":250,"text":"ok #5-812","first":5,"last":812}
//     {"code":451,"text":"disk full","first":17,"last":20}
//     {"notice":"operator: hello"}
//     {"text":"no line of harkd's","end":"cut"}
//
// `text` is the line as UTF-8. `end` is present if the line is incomplete: "cut", "quiet", "eof".
// `framing` is, if not empty, what this line tells about the listener.
[[nodiscard]] std::string reply_json(std::string_view text, LineEnd end,
                                     std::string_view framing = {});

// A byte that answers message `number` (byte_replies.hpp): {"text":"\u0006","first":1,"last":1}
[[nodiscard]] std::string byte_reply_json(char byte, std::uint64_t number);

}  // namespace hark
