// What `hark tail` is asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace hark {

struct TailOptions {
    std::string control;  // empty: the usual places
    bool json = false;
    bool events = false;  // all of them, not messages alone
    std::optional<std::uint64_t> client;
    std::string peer;  // empty: any
    std::string text;  // UTF-8; empty: any
};

}  // namespace hark
