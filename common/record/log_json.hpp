// Records as JSON Lines, read back and written again.
#pragma once

#include "common/record/log_record.hpp"

#include <string>
#include <string_view>

namespace hark {

// Reads `line`, without its LF. False when it is not a record; `into` is then unspecified. Unknown
// keys are left out.
[[nodiscard]] bool parse_log_json(std::string_view line, LogRecord& into);

// Appends `record` as a line, with its LF: for a line that harkd wrote, the same bytes.
void append_log_json(std::string& into, const LogRecord& record);

}  // namespace hark
