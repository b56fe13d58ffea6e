// The options of `hark log`.
#pragma once

#include "tools/log/record_form.hpp"
#include "tools/records/log_selection.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hark {

struct LogOptions : LogSelection, LogInput {
    std::optional<std::uint64_t> lines;  // only the last ones; unset: all
    bool all_lines = false;              // also when following
    std::optional<std::uint64_t> count;  // only the first ones of those
    bool reverse = false;                // the newest first
    bool summary = false;                // counts instead of records
    Duration timeout{};                  // zero: none
    RecordForm form;
    // For LogInput::stream.
    std::optional<std::string> config;
    std::optional<std::string> subject;
};

}  // namespace hark
