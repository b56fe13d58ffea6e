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
//     mode=sessions   short conversations, or
//     mode=handshakes TLS connections that end after the handshake
//     connections=N   that send; sessions: concurrently
//     idle=N          additional ones that do not send
//     messages=N      over all connections; sessions: how many; load: may be 0
//     depth=N         messages sent before waiting for replies
//     bytes=N         per message, including its terminator
//     flood=N         one additional connection floods with messages of N bytes
//     attack=KIND     storm, addresses, resets, loris, unread, flood: see attack.hpp
//     attackers=N     its connections
//     storm=N         N additional connections at a time begin a TLS handshake, at 127.0.0.2
//     ca=FILE         TLS: the CA to trust
//     cert=FILE       TLS: the certificate to show, with
//     key=FILE        its key
//     text=KIND       ascii, utf-8, gbk, undecodable
//     protocol=NAME   lines, silent, resp
//     greeted=1       the server greets
//     ends=1          sessions: the server closes after the bye
#include "bench/connecting.hpp"
#include "bench/handshakes.hpp"
#include "bench/load.hpp"
#include "bench/sessions.hpp"
#include "common/tls/context.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <map>
#include <optional>
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

    std::string text(const std::string& name) const {
        const auto found = values_.find(name);
        return found == values_.end() ? std::string{} : found->second;
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

enum class Mode { load, sessions, handshakes };

// None for plain text.
std::optional<hark::tls::ClientContext> tls_of(const Arguments& arguments) {
    if (arguments.text("ca").empty()) return std::nullopt;
    return hark::tls::ClientContext{
        {arguments.text("ca"), arguments.text("cert"), arguments.text("key")}};
}

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

void run_handshakes(const Arguments& arguments, SSL_CTX& tls) {
    HandshakeShape shape;
    shape.port = static_cast<std::uint16_t>(arguments.number("port", 0));
    shape.at_once = arguments.number("connections", shape.at_once);
    shape.count = arguments.number("messages", shape.count);
    wait_for_line();
    const auto began = Clock::now();
    shake_hands(shape, tls);
    std::printf("{\"seconds\": %.6f}\n", seconds_since(began));
}

// Returns the load, which owns the connections, to keep them open.
Load run_load(const Arguments& arguments, SSL_CTX* tls) {
    LoadShape shape;
    shape.text = arguments.choice<Text>("text", {"ascii", "utf-8", "gbk", "undecodable"});
    shape.protocol = arguments.choice<Protocol>("protocol", {"lines", "silent", "resp"});
    shape.bytes = arguments.number("bytes", shape.bytes);
    shape.depth = arguments.number("depth", shape.depth);
    shape.messages = arguments.number("messages", shape.messages);
    shape.flood_bytes = arguments.number("flood", shape.flood_bytes);
    const auto port = static_cast<std::uint16_t>(arguments.number("port", 0));
    shape.storm = arguments.number("storm", shape.storm);
    shape.storm_port = port;
    shape.attack = arguments.choice<AttackKind>(
        "attack", {"none", "storm", "addresses", "resets", "loris", "unread", "flood"});
    shape.attackers = arguments.number("attackers", shape.attackers);
    shape.attack_port = port;
    const std::size_t count = arguments.number("connections", 1) + (shape.flood_bytes > 0 ? 1 : 0);
    Load load{shape, connect_to(port, count, arguments.number("greeted", 0) != 0, tls)};
    wait_for_line();
    const auto began = Clock::now();
    load.run();
    const double seconds = seconds_since(began);
    Latencies& latencies = load.latencies();
    std::printf(
        "{\"seconds\": %.6f, \"min_us\": %.3f, \"p50_us\": %.3f, \"p99_us\": %.3f, "
        "\"max_us\": %.3f, \"sent\": %llu, \"handshakes\": %llu, \"attacks\": %llu}\n",
        seconds, latencies.percentile(0), latencies.percentile(50), latencies.percentile(99),
        latencies.percentile(100), static_cast<unsigned long long>(load.messages_sent()),
        static_cast<unsigned long long>(load.handshakes()),
        static_cast<unsigned long long>(load.attacks()));
    return load;
}

void run(const Arguments& arguments) {
    const auto tls = tls_of(arguments);
    SSL_CTX* const context = tls ? &tls->context() : nullptr;
    switch (arguments.choice<Mode>("mode", {"load", "sessions", "handshakes"})) {
        case Mode::sessions:
            return run_sessions(arguments);
        case Mode::handshakes:
            if (context == nullptr) throw std::runtime_error{"handshakes need ca=FILE"};
            return run_handshakes(arguments, *context);
        case Mode::load:
            break;
    }
    const auto idle =
        connect_to(static_cast<std::uint16_t>(arguments.number("port", 0)),
                   arguments.number("idle", 0), arguments.number("greeted", 0) != 0, context);
    const Load load = run_load(arguments, context);
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
