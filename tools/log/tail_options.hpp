// The options of `hark tail` and `hark wait`.
#pragma once

#include "common/sys/clock.hpp"
#include "tools/log/record_form.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hark {

struct TailOptions {
    std::string control;  // empty: the default paths
    bool events = false;  // all events, not just messages
    std::optional<std::uint64_t> client;
    std::string peer;                    // empty: any peer
    std::string text;                    // UTF-8; empty: any text
    std::optional<std::string> grep;     // UTF-8
    bool invert = false;                 // those that `grep` does not match
    std::optional<std::uint64_t> count;  // end after so many
    Duration timeout{};                  // zero: none
    RecordForm form;
    bool waits = false;  // `hark wait`: ends with a match; anything else is a failure
};

}  // namespace hark
