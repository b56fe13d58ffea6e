// The targets in the form that libFuzzer wants: HARK_FUZZ_TARGET in the environment selects one.
#include "tests/fuzz/targets.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

const hark::fuzz::Target& chosen_target() {
    const char* const name = std::getenv("HARK_FUZZ_TARGET");
    const auto found =
        std::ranges::find(hark::fuzz::TARGETS, std::string_view{name != nullptr ? name : ""},
                          &hark::fuzz::Target::name);
    if (found != hark::fuzz::TARGETS.end()) return *found;
    std::fputs("set HARK_FUZZ_TARGET to the name of a folder in tests/fuzz/seeds\n", stderr);
    std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const hark::fuzz::Target& target = chosen_target();
    target.run({reinterpret_cast<const char*>(data), size});
    return 0;
}
