#include "common/cli/option_parser.hpp"
#include "common/cli/usage_error.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace hark;

namespace {

struct Common {
    std::string host;
    bool json = false;
};

struct Own {
    std::vector<std::string> lines;
    int follow = 0;
};

void take_host(Common& into, const std::string& value) {
    if (value.empty()) throw UsageError{"--host: expected a host"};
    into.host = value;
}

void take_json(Common& into, const std::string& value) {
    CHECK(value.empty());
    into.json = true;
}

void take_lines(Own& into, const std::string& value) {
    into.lines.push_back(value);
}

void take_follow(Own& into, const std::string& value) {
    CHECK(value.empty());
    ++into.follow;
}

constexpr std::array COMMON{
    OptionSpec{"--host", "HOST", "Where", Choice::host, takes<take_host>},
    OptionSpec{"--json", nullptr, "JSON", Choice::nothing, takes<take_json>},
};
constexpr std::array OWN{
    OptionSpec{"--lines", "COUNT", "How many", Choice::nothing, takes<take_lines>, 'n'},
    OptionSpec{"--follow", nullptr, "Go on", Choice::nothing, takes<take_follow>, 'f'},
};
static_assert(fills<Common>(COMMON) && fills<Own>(OWN));
static_assert(!fills<Common>(OWN) && !fills<Own>(COMMON));
static_assert(fills<Common>(NO_OPTIONS));

using Words = std::vector<std::string>;

struct Parsed {
    explicit Parsed(const std::vector<const char*>& line) {
        OptionParser parser{line};
        const std::array groups{OptionGroup::of<COMMON>(common), OptionGroup::of<OWN>(own)};
        while (const auto word = parser.next_word(groups)) words.push_back(*word);
        help = parser.wants_help();
        version = parser.wants_version();
    }

    Common common;
    Own own;
    Words words;
    bool help = false;
    bool version = false;
};

std::string complaint(const std::vector<const char*>& line) {
    try {
        const Parsed parsed{line};
    } catch (const UsageError& problem) {
        return problem.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("options stand anywhere among the words") {
    const Parsed parsed{{"a", "--host", "x", "b", "--json", "--host=y", "c", "--lines", "--json"}};
    CHECK(parsed.words == Words{"a", "b", "c"});
    CHECK(parsed.common.host == "y");
    CHECK(parsed.common.json);
    CHECK(parsed.own.lines == Words{"--json"});
    CHECK_FALSE(parsed.help);
    CHECK_FALSE(parsed.version);
}

TEST_CASE("a letter takes its value from the same word or the next") {
    for (const auto& line : std::vector<std::vector<const char*>>{
             {"-n", "5", "-f"}, {"-n5", "-f"}, {"-fn5"}, {"-fn", "5"}, {"--follow", "--lines=5"}}) {
        const Parsed parsed{line};
        CHECK(parsed.own.lines == Words{"5"});
        CHECK(parsed.own.follow == 1);
    }
    CHECK(Parsed{{"-n=5"}}.own.lines == Words{"=5"});
    CHECK(Parsed{{"-n", "1", "-ff", "-n2"}}.own.lines == Words{"1", "2"});
    CHECK(Parsed{{"-n", ""}}.own.lines == Words{""});
}

TEST_CASE("any text passes as it is") {
    const Words odd{"", "-", "++", "[a,b]", "%%", "{}", "{a,b}", "a=b"};
    std::vector<const char*> line;
    for (const std::string& word : odd) line.push_back(word.c_str());
    CHECK(Parsed{line}.words == odd);
    CHECK(Parsed{{"--lines", "[a,b]", "--lines=", "--lines==x"}}.own.lines ==
          Words{"[a,b]", "", "=x"});
}

TEST_CASE("nothing after -- is an option") {
    const Parsed parsed{{"--json", "--", "--json", "-x", "--", "--help"}};
    CHECK(parsed.words == Words{"--json", "-x", "--", "--help"});
    CHECK_FALSE(parsed.help);
}

TEST_CASE("help and version") {
    CHECK(Parsed{{"--help"}}.help);
    CHECK(Parsed{{"-h"}}.help);
    CHECK(Parsed{{"-fh"}}.help);
    CHECK(Parsed{{"--version", "x"}}.version);
    CHECK(complaint({"--help", "--bogus"}) == "no such option: --bogus");
}

TEST_CASE("the options that are valid may change from word to word") {
    Common common;
    Own own;
    const std::vector<const char*> line{"--json", "log", "--lines", "5"};
    OptionParser parser{line};
    const std::array first{OptionGroup::of<COMMON>(common)};
    CHECK(parser.next_word(first) == "log");
    const std::array then{OptionGroup::of<COMMON>(common), OptionGroup::of<OWN>(own)};
    CHECK_FALSE(parser.next_word(then));
    CHECK(common.json);
    CHECK(own.lines == Words{"5"});
    OptionParser other{line};
    CHECK(other.next_word(first) == "log");
    CHECK_THROWS_AS(static_cast<void>(other.next_word(first)), UsageError);
}

TEST_CASE("mistakes are named") {
    CHECK(complaint({"--jsn"}) == "no such option: --jsn; did you mean --json?");
    CHECK(complaint({"--jsn=1"}) == "no such option: --jsn; did you mean --json?");
    CHECK(complaint({"--hel"}) == "no such option: --hel; did you mean --help?");
    CHECK(complaint({"-x"}) == "no such option: -x");
    CHECK(complaint({"-fx"}) == "no such option: -x");
    CHECK(complaint({"-5"}) == "no such option: -5");
    CHECK(complaint({"--host"}) == "--host: a value is missing");
    CHECK(complaint({"-n"}) == "-n: a value is missing");
    CHECK(complaint({"--json=yes"}) == "--json: takes no value");
    CHECK(complaint({"--help=yes"}) == "--help: takes no value");
    CHECK(complaint({"--host="}) == "--host: expected a host");
}
