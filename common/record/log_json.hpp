// Reads records from JSON Lines, and writes them again.
#pragma once

#include "common/record/log_record.hpp"

#include <string>
#include <string_view>

namespace hark {

// Parses `line`, without its LF. False if it is not a record; `into` is then unspecified. Ignores
// unknown keys.
[[nodiscard]] bool parse_log_json(std::string_view line, LogRecord& into);

// The same, but `into` may refer to `line`, and is valid only as long as that is. Copies of it own
// their values.
[[nodiscard]] bool view_log_json(std::string_view line, LogRecord& into);

// Appends `record` as a line, with LF: the same bytes, if it was read from a line that harkd wrote.
void append_log_json(std::string& into, const LogRecord& record);

}  // namespace hark
