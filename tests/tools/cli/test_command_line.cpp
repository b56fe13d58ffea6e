// A command line, its help and its completions, with a table that is not hark's.
#include "common/cli/usage_error.hpp"
#include "tools/cli/command_line.hpp"
#include "tools/cli/completions.hpp"
#include "tools/cli/help.hpp"

#include <array>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;

namespace {

struct TalkOptions {
    bool reconnect = false;
};

struct CountOptions {
    std::string lines;
};

void take_reconnect(TalkOptions& into, const std::string&) {
    into.reconnect = true;
}

void take_lines(CountOptions& into, const std::string& value) {
    into.lines = value;
}

constexpr int STATUS = 40;

int talk(const Arguments& arguments, TalkOptions& options) {
    return STATUS + (options.reconnect ? 1 : 0) + (arguments.json ? 2 : 0);
}

int count(const Arguments& arguments, CountOptions& options) {
    return static_cast<int>(arguments.words.size() * 10 + options.lines.size());
}

int nothing(const Arguments&) {
    return 0;
}

constexpr std::array COLOURS{"red", "green"};
std::span<const char* const> colours() noexcept {
    return COLOURS;
}

constexpr std::array TALK{
    OptionSpec{"--reconnect", nullptr, "Reconnect", Choice::nothing, takes<take_reconnect>}};
constexpr std::array COUNT{
    OptionSpec{"--lines", "COUNT", "How many", Choice::nothing, takes<take_lines>, 'n'}};

constexpr std::array COMMANDS{
    Command{.name = "talk",
            .summary = "Talk",
            .details = "Talks.",
            .example = "hark talk",
            .action = ACTION<talk, TALK>},
    Command{.name = "count",
            .arguments = "[TEXT...]",
            .most_words = Command::ANY_NUMBER,
            .summary = "Count",
            .details = "Counts.",
            .example = "hark count a\nhark count b",
            .action = ACTION<count, COUNT>},
    Command{.name = "paint",
            .arguments = "COLOUR",
            .most_words = 1,
            .choices = colours,
            .summary = "Paint",
            .details = "Paints.",
            .example = "hark paint red",
            .action = PLAIN_ACTION<nothing>},
};

CommandLine parse(const std::vector<const char*>& words) {
    const Command* named = nullptr;
    return parse_command_line(COMMANDS, words, named);
}

int run(const std::vector<const char*>& words) {
    const CommandLine line = parse(words);
    REQUIRE(line.invocation);
    return line.invocation->run(line.arguments);
}

std::string complaint(const std::vector<const char*>& words) {
    try {
        static_cast<void>(parse(words));
    } catch (const UsageError& problem) {
        return problem.what();
    }
    return "none";
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("without a command it is the first one") {
    CHECK(run({}) == STATUS);
    CHECK(run({"--reconnect", "--json"}) == STATUS + 3);
    CHECK(run({"talk", "--reconnect"}) == STATUS + 1);
}

TEST_CASE("a command runs with its options and its words") {
    CHECK(run({"count", "--lines", "123", "a", "b"}) == 23);
    CHECK(run({"count", "a", "-n1"}) == 11);
    CHECK(run({"paint", "red"}) == 0);
}

TEST_CASE("common options stand before and after the command; the last one counts") {
    const CommandLine line = parse({"--port", "1", "count", "--json", "a", "--port", "2", "b"});
    CHECK(line.arguments.server.port == 2);
    CHECK(line.arguments.json);
    CHECK(line.arguments.words == Words{"a", "b"});
}

TEST_CASE("any text can be a word") {
    CHECK(parse({"count", "count", "talk", "", "-", "++", "[a,b]", "%%", "{}", "--", "--json", "-x",
                 "--", ""})
              .arguments.words ==
          Words{"count", "talk", "", "-", "++", "[a,b]", "%%", "{}", "--json", "-x", "--", ""});
    CHECK_FALSE(parse({"count", "--", "--json"}).arguments.json);
}

TEST_CASE("after a mistake it is known which command it was made with") {
    const auto named_by = [](const std::vector<const char*>& words) {
        const Command* named = nullptr;
        CHECK_THROWS_AS(static_cast<void>(parse_command_line(COMMANDS, words, named)), UsageError);
        return named;
    };
    CHECK(named_by({"count", "--no-such"}) == find_command(COMMANDS, "count"));
    CHECK(named_by({"--no-such", "count"}) == nullptr);
    CHECK(named_by({"no-such"}) == nullptr);
    CHECK(named_by({"--json", "count", "--port", "x"}) == find_command(COMMANDS, "count"));
}

TEST_CASE("mistakes are named") {
    CHECK(complaint({"cuont"}) == "no such command: cuont; did you mean count?");
    CHECK(complaint({"xyz"}) == "no such command: xyz");
    CHECK(complaint({"--jsn"}) == "no such option: --jsn; did you mean --json?");
    CHECK(complaint({"count", "--reconnect"}) == "no such option: --reconnect");
    CHECK(complaint({"--lines", "1", "count"}) == "no such option: --lines");
    CHECK(complaint({"-n", "5", "count"}) == "no such option: -n");
    CHECK(complaint({"talk", "hello"}) == "unexpected argument: hello");
    CHECK(complaint({"paint", "red", "green"}) == "unexpected argument: green");
    CHECK(complaint({"--port"}) == "--port: a value is missing");
    CHECK(complaint({"--json=yes"}) == "--json: takes no value");
}

TEST_CASE("help is made from the table") {
    CHECK(help_text(COMMANDS, nullptr).find("\n  count  Count\n") != std::string::npos);
    const std::string help = help_text(COMMANDS, find_command(COMMANDS, "count"));
    CHECK(help.starts_with("Usage: hark count [OPTION...] [TEXT...]\n\nCount\n\nCounts.\n"));
    CHECK(help.find("\n  -n, --lines COUNT  How many\n") != std::string::npos);
    CHECK(help.find("\n  --json ") != std::string::npos);
    CHECK(help.ends_with("\nExample:\n    hark count a\n    hark count b\n"));
}

TEST_CASE("completions offer an argument's words") {
    for (const char* shell : shells()) {
        CAPTURE(shell);
        CHECK(completions(COMMANDS, shell).find("red green") != std::string::npos);
    }
    CHECK(completions(COMMANDS, "csh").empty());
}
