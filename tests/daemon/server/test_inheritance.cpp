// The states that earlier versions have left, one per release, in states/. Each must stay readable.
// They are of a daemon with a connection of each framing in the middle of something, one over a
// rate, one with UTF-16, one that has used telnet, and one with half of a PROXY header.
#include "common/sys/calls.hpp"
#include "common/sys/sealed_file.hpp"
#include "daemon/server/inheritance.hpp"
#include "tests/support/temporary_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

using namespace hark;

namespace {

constexpr std::size_t VERSION_AT = 16;

UniqueFd sealed(std::string_view bytes) {
    UniqueFd file;
    REQUIRE(make_sealed_file("test-state", bytes, file) == 0);
    return file;
}

std::vector<std::string> all_states() {
    std::vector<std::string> states;
    for (const auto& entry : std::filesystem::directory_iterator{HARK_STATES}) {
        states.push_back(test::file_text(entry.path()));
    }
    return states;
}

std::string problem_of(std::string_view bytes) {
    try {
        const Inheritance inheritance{sealed(bytes)};
        inheritance.check(Options{});
        return {};
    } catch (const std::exception& problem) {
        return problem.what();
    }
}

}  // namespace

TEST_CASE("inheritance: the state of each release can be taken over") {
    const std::vector<std::string> states = all_states();
    CHECK_FALSE(states.empty());
    for (const std::string& bytes : states) {
        const Inheritance inheritance{sealed(bytes)};
        inheritance.check(Options{});
        CAPTURE(inheritance.daemon().version);
        CHECK(inheritance.daemon().run.size() == 8);
        CHECK(inheritance.listeners().size() == 6);
        CHECK(inheritance.sinks().size() == 2);
        CHECK(inheritance.arrivals().size() == 1);
        CHECK(inheritance.arrivals()[0].begun == "PROXY TCP4 192.0.2.1");
        std::vector<std::uint64_t> numbers;
        std::vector<Framing> framings;
        std::size_t waiting = 0;
        inheritance.for_each_connection([&](const ConnectionState& connection) {
            numbers.push_back(connection.number);
            framings.push_back(connection.framing);
            if (connection.waiting) ++waiting;
        });
        CHECK(numbers == std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
        for (const Framing framing :
             {Framing::automatic, Framing::delimited, Framing::counted, Framing::length}) {
            CHECK(std::ranges::find(framings, framing) != framings.end());
        }
        CHECK(waiting > 0);
        CHECK(inheritance.config(Options{}).listeners.size() == 6);
    }
}

TEST_CASE("inheritance: a state that is damaged, cut off or foreign is refused") {
    const std::string state = all_states().front();
    CHECK(problem_of(state).empty());
    for (std::size_t at = 0; at < state.size(); at += 61) {
        std::string damaged = state;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
        CAPTURE(at);
        CHECK_FALSE(problem_of(damaged).empty());
        CHECK_FALSE(problem_of(std::string_view{state}.substr(0, at)).empty());
    }
    std::string newer = state;
    newer[VERSION_AT] = 2;
    CHECK(problem_of(newer) == "it has version 2, and this harkd reads up to 1");
    CHECK(problem_of("#!/bin/sh\n" + std::string(200, '#')) == "it is no state of harkd");
    CHECK(problem_of("") == "it is cut off");
    const UniqueFd file{sys::memfd_create("test-state")};
    REQUIRE(sys::write(file.get(), state.data(), state.size()) ==
            static_cast<ssize_t>(state.size()));
    CHECK_THROWS_WITH_AS(Inheritance{UniqueFd{::dup(file.get())}}, "it is no sealed file",
                         StateError);
    CHECK_THROWS_WITH_AS(Inheritance{UniqueFd{::open("/dev/null", O_RDONLY)}},
                         "it is no sealed file", StateError);
}
