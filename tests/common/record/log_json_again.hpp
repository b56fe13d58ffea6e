// Lines of the log, read and written again.
#pragma once

#include "common/record/log_json.hpp"

#include <string>

namespace hark::test {

// The record in `line` as it is written again; "none" if it is not a record.
[[nodiscard]] inline std::string log_json_again(const std::string& line) {
    LogRecord record;
    if (!parse_log_json(line, record)) return "none";
    std::string text;
    append_log_json(text, record);
    return text;
}

}  // namespace hark::test
