// One target as libFuzzer wants it; HARK_FUZZ_TARGET is its name.
#include "tests/fuzz/targets.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    hark::fuzz::HARK_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
    return 0;
}
