// A state as the next program gets it.
#pragma once

#include "daemon/state/archive.hpp"

#include <stdexcept>
#include <string>

namespace hark::test {

// `value`, written and read back. Throws std::logic_error if writing it again gives other bytes.
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
