// The options of `hark tail`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace hark {

struct TailOptions {
    std::string control;  // empty: the default paths
    bool json = false;
    bool events = false;  // all events, not just messages
    std::optional<std::uint64_t> client;
    std::string peer;  // empty: any peer
    std::string text;  // UTF-8; empty: any text
};

}  // namespace hark
