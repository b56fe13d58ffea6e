// Runs every seed through the functions that a fuzzer calls, as it is, cut short and bent a little:
// what a fuzzer has once found stays found, with every compiler.
#include "tests/fuzz/targets.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;

namespace {

std::vector<std::string> seeds_of(const fuzz::Target& target) {
    std::vector<std::string> seeds;
    const std::filesystem::path folder = std::filesystem::path{HARK_FUZZ_SEEDS} / target.name;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        std::ifstream file{entry.path(), std::ios::binary};
        std::ostringstream text;
        text << file.rdbuf();
        REQUIRE(file);
        seeds.push_back(text.str());
    }
    std::ranges::sort(seeds);
    return seeds;
}

}  // namespace

TEST_CASE("fuzz: seeds, as they are, with other scripts, and cut short") {
    for (const fuzz::Target& target : fuzz::TARGETS) {
        // If the process ends in a subcase, its name is shown.
        SUBCASE(std::string{target.name}.c_str()) {
            const std::vector<std::string> seeds = seeds_of(target);
            CHECK(seeds.size() >= 2);
            target.run({});
            for (const std::string& seed : seeds) {
                target.run(seed);
                // The bytes at the end steer the target (tests/fuzz/input.hpp).
                for (int last = 0; last < 256; last += 5) {
                    target.run(seed + static_cast<char>(last));
                    target.run(seed + "\x21\x43\xA2\x05\xE7" + static_cast<char>(last) + "\x05");
                }
                const std::size_t step = std::max<std::size_t>(seed.size() / 32, 1);
                for (std::size_t size = 0; size < seed.size(); size += step) {
                    target.run(std::string_view{seed}.substr(0, size));
                }
            }
        }
    }
}
