#include "common/cli/usage_error.hpp"
#include "tools/records/text_pattern.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace hark;
using Verdict = TextPattern::Verdict;

namespace {

Verdict search(const char* pattern, std::string_view text) {
    return TextPattern{pattern}.search(text);
}

std::string complaint(const std::string& pattern) {
    try {
        const TextPattern parsed{pattern};
    } catch (const UsageError& problem) {
        return problem.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("a pattern occurs anywhere") {
    CHECK(search("needle", "a needle in the hay") == Verdict::yes);
    CHECK(search("^needle", "a needle in the hay") == Verdict::no);
    CHECK(search("a.b", "a\nb") == Verdict::no);
    CHECK(search("x$", std::string_view{"a\0x", 3}) == Verdict::yes);
    CHECK(search("", "") == Verdict::yes);
    CHECK(search("^..$", "你好") == Verdict::yes);
    CHECK(search("\\w{2}", "你好") == Verdict::yes);
}

TEST_CASE("case counts where the pattern has an upper-case letter") {
    CHECK(search("error", "ERROR: 7") == Verdict::yes);
    CHECK(search("Error", "ERROR: 7") == Verdict::no);
    CHECK(search("Error", "Error: 7") == Verdict::yes);
}

TEST_CASE("a bad pattern is refused, with its place in characters") {
    CHECK(complaint("a(b") ==
          "--grep: invalid pattern, at character 4: missing closing parenthesis");
    CHECK(complaint("你好(") ==
          "--grep: invalid pattern, at character 4: missing closing parenthesis");
    CHECK(complaint("\xff") == "--grep: the pattern is not valid text in the locale's charset");
    CHECK(complaint("\\C") != "none");
}

TEST_CASE("long texts, whatever the pattern has to remember") {
    for (const std::size_t size : {std::size_t{2'000}, std::size_t{20'000}, std::size_t{400'000}}) {
        std::string text;
        while (text.size() < size) text += "ab";
        for (const char* const pattern :
             {"^(a|b)+ end$", "(.)* end", "(ab)+", "^(?:[^,]|x)* end"}) {
            CAPTURE(pattern);
            CHECK(search(pattern, text + " end") == Verdict::yes);
        }
        CHECK(search("^(a|b)+$", text + "c") == Verdict::no);
    }
}

TEST_CASE("what would take too long is given up") {
    CHECK(search("^(a+)+$", std::string(64, 'a') + "b") == Verdict::too_costly);
    CHECK(search("^(a+)+$", std::string(64, 'a')) == Verdict::yes);
}
