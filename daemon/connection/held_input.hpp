// Bytes of a peer that cannot be taken yet: what follows them decides what they are. They stand
// before the next read's bytes, or become text when nothing follows.
#pragma once

#include "common/sys/clock.hpp"

#include <string>

namespace hark {

struct HeldInput {
    std::string bytes;
    TimePoint since;  // when the first of them came, on the input clock
};

}  // namespace hark
