#include "daemon/config/exit_status.hpp"
#include "daemon/config/options.hpp"
#include "tests/daemon/config/config_fixture.hpp"

#include <iostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;
using test::Texts;

namespace {

// The result of the command line `harkd arguments...`, and what it prints.
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
                         "utf-8", "--user", "nobody", "--check-config"}};
    REQUIRE_FALSE(parsed.exit_status);
    CHECK(parsed.options.config == "a.toml");
    CHECK(parsed.options.user == "nobody");
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

TEST_CASE("options: values pass as they are") {
    const Parsed parsed{{"--listen", "[a,b]", "--listen", "", "--control=", "--log=file:a=b"}};
    REQUIRE_FALSE(parsed.exit_status);
    CHECK(parsed.options.listen == Texts{"[a,b]", ""});
    CHECK(parsed.options.control == "");
    CHECK(parsed.options.log == Texts{"file:a=b"});
}

TEST_CASE("options: help lines fit a terminal, with texts below each other") {
    const std::string help = Parsed{{"-h"}}.out;
    const std::size_t options = help.find("  --config");
    REQUIRE(options != std::string::npos);
    const std::size_t column = help.find("Configuration file") - options;
    std::istringstream lines{help.substr(options)};
    for (std::string line; std::getline(lines, line);) {
        CAPTURE(line);
        REQUIRE(line.size() > column);
        CHECK(line.size() <= 100);
        CHECK(line.substr(column - 2, 2) == "  ");
        CHECK(line[column] != ' ');
    }
}

TEST_CASE("options: a mistake is reported on standard error") {
    const std::vector<std::pair<Texts, std::string>> mistakes{
        {{"--what"}, "no such option: --what"},
        {{"--lisen", "x"}, "no such option: --lisen; did you mean --listen?"},
        {{"--config"}, "--config: a value is missing"},
        {{"--listen"}, "--listen: a value is missing"},
        {{"word"}, "unexpected argument: word"},
        {{"--framing", "line", "word"}, "unexpected argument: word"},
        {{"--config", "a", "--config", "b"}, "--config: given more than once"},
        {{"--control", "", "--control", ""}, "--control: given more than once"},
        {{"--check-config=perhaps"}, "--check-config: takes no value"},
    };
    for (const auto& [arguments, complaint] : mistakes) {
        const Parsed parsed{arguments};
        CHECK(parsed.exit_status == EXIT_USAGE);
        CHECK(parsed.out.empty());
        CHECK(parsed.err == "harkd: " + complaint + "\nTry: harkd --help\n");
    }
}
