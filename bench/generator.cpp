// Generates the load on the servers under test, the same for each.
//
//     generator NAME=VALUE...
//
// Opens its connections, prints `ready`, and starts when it receives a line; then it prints its
// measurements as one JSON object, and keeps the connections until its standard input ends. So the
// suite can examine the server before, after, and while idle. Errors are printed to standard error,
// with exit status 1.
//
//     port=N          the server's, on loopback
//     mode=load       connections that all send at once (the default), or
//     mode=sessions   short conversations
//     connections=N   that send; sessions: concurrently
//     idle=N          additional ones that do not send
//     messages=N      over all connections; sessions: how many; load: may be 0
//     depth=N         messages sent before waiting for replies
//     bytes=N         per message, including its terminator
//     flood=N         one additional connection floods with messages of N bytes
//     text=KIND       ascii, utf-8, gbk, undecodable
//     protocol=NAME   lines, silent, resp
//     greeted=1       the server greets
//     ends=1          sessions: the server closes after the bye
#include "bench/connecting.hpp"
#include "bench/load.hpp"
#include "bench/sessions.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace hark::bench;

class Arguments {
   public:
    Arguments(int argc, char** argv) {
        for (int index = 1; index < argc; ++index) {
            const std::string_view argument = argv[index];
            const std::size_t equals = argument.find('=');
            if (equals == std::string_view::npos) throw std::runtime_error{"not NAME=VALUE"};
            values_[std::string{argument.substr(0, equals)}] = argument.substr(equals + 1);
        }
    }

    std::size_t number(const std::string& name, std::size_t otherwise) const {
        const auto found = values_.find(name);
        if (found == values_.end()) return otherwise;
        std::size_t value = 0;
        const char* const end = found->second.data() + found->second.size();
        const auto [rest, error] = std::from_chars(found->second.data(), end, value);
        if (error != std::errc{} || rest != end) throw std::runtime_error{"no number: " + name};
        return value;
    }

    // One of `names`, as an enumerator; the first one if not given.
    template <typename Enum, std::size_t SIZE>
    Enum choice(const std::string& name, const char* const (&names)[SIZE]) const {
        const auto found = values_.find(name);
        if (found == values_.end()) return Enum{};
        for (std::size_t index = 0; index < SIZE; ++index) {
            if (found->second == names[index]) return static_cast<Enum>(index);
        }
        throw std::runtime_error{"unknown: " + name};
    }

   private:
    std::map<std::string, std::string> values_;
};

enum class Mode { load, sessions };

// Waits for the suite's signal to start.
void wait_for_line() {
    std::cout << "ready" << std::endl;
    std::string line;
    std::getline(std::cin, line);
}

double seconds_since(Clock::time_point began) {
    return std::chrono::duration<double>{Clock::now() - began}.count();
}

void run_sessions(const Arguments& arguments) {
    SessionShape shape;
    shape.port = static_cast<std::uint16_t>(arguments.number("port", 0));
    shape.protocol = arguments.choice<Protocol>("protocol", {"lines", "silent", "resp"});
    shape.greeted = arguments.number("greeted", 0) != 0;
    shape.ends = arguments.number("ends", 0) != 0;
    shape.at_once = arguments.number("connections", shape.at_once);
    shape.count = arguments.number("messages", shape.count);
    shape.bytes = arguments.number("bytes", shape.bytes);
    wait_for_line();
    const auto began = Clock::now();
    hold_sessions(shape);
    std::printf("{\"seconds\": %.6f}\n", seconds_since(began));
}

// Returns the load, which owns the connections, to keep them open.
Load run_load(const Arguments& arguments) {
    LoadShape shape;
    shape.text = arguments.choice<Text>("text", {"ascii", "utf-8", "gbk", "undecodable"});
    shape.protocol = arguments.choice<Protocol>("protocol", {"lines", "silent", "resp"});
    shape.bytes = arguments.number("bytes", shape.bytes);
    shape.depth = arguments.number("depth", shape.depth);
    shape.messages = arguments.number("messages", shape.messages);
    shape.flood_bytes = arguments.number("flood", shape.flood_bytes);
    const auto port = static_cast<std::uint16_t>(arguments.number("port", 0));
    const std::size_t count = arguments.number("connections", 1) + (shape.flood_bytes > 0 ? 1 : 0);
    Load load{shape, connect_to(port, count, arguments.number("greeted", 0) != 0)};
    wait_for_line();
    const auto began = Clock::now();
    load.run();
    const double seconds = seconds_since(began);
    Latencies& latencies = load.latencies();
    std::printf(
        "{\"seconds\": %.6f, \"min_us\": %.3f, \"p50_us\": %.3f, \"p99_us\": %.3f, "
        "\"max_us\": %.3f, \"sent\": %llu}\n",
        seconds, latencies.percentile(0), latencies.percentile(50), latencies.percentile(99),
        latencies.percentile(100), static_cast<unsigned long long>(load.messages_sent()));
    return load;
}

void run(const Arguments& arguments) {
    if (arguments.choice<Mode>("mode", {"load", "sessions"}) == Mode::sessions) {
        return run_sessions(arguments);
    }
    const auto idle = connect_to(static_cast<std::uint16_t>(arguments.number("port", 0)),
                                 arguments.number("idle", 0), arguments.number("greeted", 0) != 0);
    const Load load = run_load(arguments);
    std::fflush(stdout);
    for (std::string line; std::getline(std::cin, line);) {
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        run(Arguments{argc, argv});
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "generator: %s\n", problem.what());
        return 1;
    }
    return 0;
}
