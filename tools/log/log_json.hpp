// Records as JSON Lines, read and written.
#pragma once

#include "tools/log/log_record.hpp"

#include <string>
#include <string_view>

namespace hark {

// Reads `line`, without its LF. False when it is no record. Keys that are not known are left out.
[[nodiscard]] bool parse_log_json(std::string_view line, LogRecord& into);

// Appends `record` as a line, with its LF: the bytes that harkd wrote where harkd wrote it.
void append_log_json(std::string& into, const LogRecord& record);

}  // namespace hark
