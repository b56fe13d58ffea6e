#include "daemon/config/exit_status.hpp"
#include "daemon/config/options.hpp"

#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;

namespace {

// What the command line `harkd arguments...` comes to, and what is said to it.
struct Parsed : ParsedOptions {
    explicit Parsed(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "harkd");
        std::vector<char*> argv;
        for (std::string& argument : arguments) argv.push_back(argument.data());
        argv.push_back(nullptr);
        std::ostringstream to_out;
        std::ostringstream to_err;
        std::streambuf* const before_out = std::cout.rdbuf(to_out.rdbuf());
        std::streambuf* const before_err = std::cerr.rdbuf(to_err.rdbuf());
        static_cast<ParsedOptions&>(*this) =
            parse_options(static_cast<int>(arguments.size()), argv.data());
        std::cout.rdbuf(before_out);
        std::cerr.rdbuf(before_err);
        out = to_out.str();
        err = to_err.str();
    }
    std::string out;
    std::string err;
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("options: none") {
    const Parsed parsed{{}};
    CHECK_FALSE(parsed.exit_status);
    CHECK_FALSE(parsed.options.config);
    CHECK(parsed.options.listen.empty());
    CHECK(parsed.options.log.empty());
    CHECK_FALSE(parsed.options.framing);
    CHECK_FALSE(parsed.options.charset);
    CHECK_FALSE(parsed.options.check_config);
    CHECK(parsed.out.empty());
    CHECK(parsed.err.empty());
}

TEST_CASE("options: all") {
    const Parsed parsed{{"--config", "a.toml", "--listen", "[::]:1", "--listen=127.0.0.1:2",
                         "--log", "console", "--log", "file:/x", "--framing", "line", "--charset",
                         "utf-8", "--check-config"}};
    REQUIRE_FALSE(parsed.exit_status);
    CHECK(parsed.options.config == "a.toml");
    CHECK(parsed.options.listen == Texts{"[::]:1", "127.0.0.1:2"});
    CHECK(parsed.options.log == Texts{"console", "file:/x"});
    CHECK(parsed.options.framing == "line");
    CHECK(parsed.options.charset == "utf-8");
    CHECK(parsed.options.check_config);
}

TEST_CASE("options: help and version go to standard output") {
    const Parsed version{{"--version"}};
    CHECK(version.exit_status == EXIT_STOPPED);
    CHECK(version.out == "harkd " HARK_VERSION "\n");
    const Parsed help{{"--help"}};
    CHECK(help.exit_status == EXIT_STOPPED);
    for (const char* option : {"--config", "--listen", "--log", "--framing", "--charset",
                               "--check-config", "--version", "--help"}) {
        CHECK(help.out.find(option) != std::string::npos);
    }
    CHECK(help.err.empty());
}

TEST_CASE("options: a mistake is said on standard error") {
    for (const Texts& arguments : {Texts{"--what"}, Texts{"--config"}, Texts{"word"},
                                   Texts{"--listen"}, Texts{"--framing", "line", "word"}}) {
        const Parsed parsed{arguments};
        CHECK(parsed.exit_status == EXIT_USAGE);
        CHECK(parsed.out.empty());
        CHECK(parsed.err.starts_with("harkd: "));
        CHECK(parsed.err.ends_with("\nTry: harkd --help\n"));
    }
}
