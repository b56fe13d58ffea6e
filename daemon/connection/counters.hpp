// What the daemon has done since its start.
#pragma once

#include "common/text/charset.hpp"

#include <cstdint>
#include <map>
#include <string_view>

namespace hark {

struct Counters {
    std::uint64_t connections = 0;    // admitted
    std::uint64_t refused = 0;        // rejected
    std::uint64_t probes = 0;         // admitted, but spoke something else
    std::uint64_t unused = 0;         // admitted where only used ones are recorded, and left unused
    std::uint64_t proxy_local = 0;    // admitted, from a proxy that speaks for itself
    std::uint64_t messages = 0;       // recorded
    std::uint64_t in_gb18030 = 0;     // of them
    std::uint64_t kept_as_bytes = 0;  // of them: not all of it was text in a charset
    std::uint64_t bytes = 0;          // read
    std::uint64_t discarded = 0;      // read, but in no record
    // Messages in neither UTF-8 nor GB18030, by charset; the names are the decoder's.
    std::map<std::string_view, std::uint64_t> in_others;

    // Counts a message.
    void note_charset(std::string_view charset) noexcept {
        if (charset == charset::GB18030) {
            ++in_gb18030;
        } else if (charset != charset::UTF8) {
            ++in_others[charset];
        }
    }
};

}  // namespace hark
