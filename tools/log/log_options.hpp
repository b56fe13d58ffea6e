// The options of `hark log`.
#pragma once

#include "common/net/address_pattern.hpp"
#include "common/sys/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hark {

struct LogOptions {
    struct Client {
        std::string run;  // empty: any run
        std::uint64_t connection = 0;
    };

    std::optional<WallTime> since;  // both ends are inclusive
    std::optional<WallTime> until;
    std::optional<Client> client;
    std::optional<AddressPattern> peer;
    std::optional<std::string> grep;     // UTF-8
    std::optional<std::uint64_t> lines;  // only the last ones; unset: all
    bool all_lines = false;              // also when following
    bool follow = false;
    bool events = false;
    bool json = false;
    std::string file;  // empty: this machine's journal
};

}  // namespace hark
