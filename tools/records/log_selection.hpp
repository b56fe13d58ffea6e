// Which records are wanted.
#pragma once

#include "common/net/address_pattern.hpp"
#include "common/sys/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hark {

struct LogSelection {
    struct Client {
        std::string run;  // empty: any run
        std::uint64_t connection = 0;
    };

    std::optional<WallTime> since;  // both ends are inclusive
    std::optional<WallTime> until;
    std::optional<Client> client;
    std::optional<AddressPattern> peer;
    std::optional<std::string> grep;  // UTF-8
    bool invert = false;              // those that `grep` does not match
    bool events = false;              // all events, not just messages
};

// The stream of NATS JetStream that a configuration names.
struct LogStream {
    std::string config{};   // path of harkd's configuration; empty: the usual one
    std::string subject{};  // may have wildcards; empty: the configuration's
};

// Where records are read from.
struct LogInput {
    // Paths; "-": standard input; empty: this machine's journal. A single path includes the files
    // rotated away from it.
    std::vector<std::string> files;
    bool follow = false;                // wait for new ones at the end
    bool all_backwards = false;         // all of it is read, the last record first
    std::optional<LogStream> stream{};  // if set, read instead of files
};

}  // namespace hark
