// What a state is after it went to the next program.
#pragma once

#include "daemon/state/archive.hpp"

#include <stdexcept>
#include <string>

namespace hark::test {

// `value` written and read. Throws std::logic_error if it would be written otherwise then.
template <typename Struct>
[[nodiscard]] Struct written_and_read(Struct value) {
    std::string bytes;
    StateWriter writer{bytes};
    describe(writer, value);
    Struct read{};
    StateReader reader{bytes};
    describe(reader, read);
    std::string again;
    StateWriter second{again};
    describe(second, read);
    if (again != bytes) throw std::logic_error{"a state is not read as it was written"};
    return read;
}

}  // namespace hark::test
