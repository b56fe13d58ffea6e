// Bytes of a peer that cannot be taken yet: what follows them decides what they are. They go in
// front of the next read's bytes, or become text if nothing follows.
#pragma once

#include "common/sys/clock.hpp"

#include <string>

namespace hark {

struct HeldInput {
    std::string bytes;
    TimePoint since;  // when the first of them came, on the input clock
};

}  // namespace hark
