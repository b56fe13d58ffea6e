// Proves, as far as that is possible, that a message that was answered is in the log.
//
//     prove_simulate SECONDS [SEED] [--bug NAME]
//
// Plays one world after another, each from its own seed, and ends at the first in which something
// does not hold, with exit status 1. SECONDS 0: plays only the world of SEED.
#include "common/text/number.hpp"
#include "tests/prove/world.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string_view>

#include <fmt/core.h>

namespace {

using namespace hark;
using namespace hark::prove;

constexpr int STEPS = 600;
constexpr std::array<std::pair<std::string_view, Bug>, 7> BUGS{{
    {"answers-before-writing", Bug::answers_before_writing},
    {"counts-a-short-write-as-whole", Bug::counts_a_short_write_as_whole},
    {"trusts-a-second-sync", Bug::trusts_a_second_sync},
    {"forgets-the-tail", Bug::forgets_the_tail},
    {"syncs-in-part", Bug::syncs_in_part},
    {"forgets-names", Bug::forgets_names},
    {"forgets-what-it-sends", Bug::forgets_what_it_sends},
}};

struct Sums {
    std::uint64_t worlds = 0;
    std::uint64_t calls = 0;
    std::uint64_t messages = 0;
    std::array<std::uint64_t, FAULTS> faults{};
    std::array<std::uint64_t, ACTS> acts{};
};

// Returns whether everything holds.
bool play(std::uint64_t seed, Bug bug, Sums& sums) {
    World world{seed, bug};
    try {
        for (int step = 0; step < STEPS; ++step) world.step();
        world.finish();
    } catch (const std::exception& problem) {
        fmt::print("seed {}: {}\n", seed, problem.what());
        return false;
    }
    ++sums.worlds;
    sums.calls += world.kernel().calls();
    sums.messages += world.messages();
    for (std::size_t i = 0; i < FAULTS; ++i) {
        sums.faults[i] += world.kernel().count(static_cast<Fault>(i));
    }
    for (std::size_t i = 0; i < ACTS; ++i) sums.acts[i] += world.count(static_cast<Act>(i));
    if (sums.worlds == 1) fmt::print("seed {}: digest {:016x}\n", seed, world.digest());
    return true;
}

// A fault that never happened proves nothing. Returns whether all did.
bool print(const Sums& sums, bool all_must_happen) {
    fmt::print("{} worlds, {} calls, {} messages\n", sums.worlds, sums.calls, sums.messages);
    bool all = true;
    const auto show = [&](std::string_view what, std::uint64_t count) {
        fmt::print("  {:<24} {}\n", what, count);
        all = all && count > 0;
    };
    for (std::size_t i = 0; i < FAULTS; ++i) {
        show(name(static_cast<Fault>(i)), sums.faults[i]);
    }
    for (std::size_t i = 0; i < ACTS; ++i) show(name(static_cast<Act>(i)), sums.acts[i]);
    if (all || !all_must_happen) return true;
    fmt::print("something never happened\n");
    return false;
}

}  // namespace

int main(int argc, char** argv) {
    const auto number = [&](int index, std::uint64_t otherwise) {
        return index < argc ? parse_number<std::uint64_t>(argv[index]).value_or(otherwise)
                            : otherwise;
    };
    const std::uint64_t seconds = number(1, 10);
    std::uint64_t seed = number(2, 1);
    Bug bug = Bug::none;
    if (argc == 5 && std::string_view{argv[3]} == "--bug") {
        const auto found = std::ranges::find(BUGS, std::string_view{argv[4]},
                                             &std::pair<std::string_view, Bug>::first);
        if (found == BUGS.end()) {
            std::fputs("no such bug\n", stderr);
            return 2;
        }
        bug = found->second;
    }
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{seconds};
    Sums sums;
    do {
        if (!play(seed++, bug, sums)) return 1;
    } while (std::chrono::steady_clock::now() < end);
    return print(sums, seconds >= 10) ? 0 : 1;
}
