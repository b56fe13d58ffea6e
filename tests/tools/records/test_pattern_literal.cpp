#include "tools/records/literal_search.hpp"
#include "tools/records/pattern_literal.hpp"
#include "tools/records/text_pattern.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

std::string literal(std::string_view pattern, bool any_case = false) {
    const auto found = literal_of_pattern(pattern, any_case);
    return found ? found->json : "none";
}

}  // namespace

TEST_CASE("the literal of a pattern") {
    for (const auto& [pattern, expected] :
         std::initializer_list<std::pair<const char*, const char*>>{
             {"READY", "READY"},
             {"^READY$", "READY"},
             {"disk.*full now", "full now"},
             {"ab?cde", "cde"},
             {"abc{0,1}d", "ab"},
             {"x{2}yz", "yz"},
             {"{\"a\":1}", "{\\\"a\\\":1}"},
             {"a+bc", "bc"},
             {"[abc]def[^]x]gh", "def"},
             {"[[:alpha:]]12", "12"},
             {"[[:^digit:]x]12", "12"},
             {"[[:]aa|bb[:]]cc", "none"},
             {"[[.]aa", "none"},
             {R"([\c]xyz])", "none"},
             {R"([\x{5D}]yz)", "none"},
             {R"([\d\]]yz)", "yz"},
             {"[[]yz", "yz"},
             {R"(C:\\dir\.txt)", R"(C:\\dir.txt)"},
             {R"(\d\d:\d\d up\b)", " up"},
             {"停止", "停止"},
             {"tab\there", "here"},
             {"a\uFFFDbc", "bc"},
             {"x", "none"},
             {"error|warning", "none"},
             {"(error)", "none"},
             {"(?i)error", "none"},
             {R"(\x41BC)", "none"},
             {R"(\Qa.b\E)", "none"},
             {".*", "none"},
             {"", "none"}}) {
        const std::string_view shown = pattern;
        CAPTURE(shown);
        CHECK(literal(pattern) == expected);
    }
}

TEST_CASE("the literal of a pattern in any case has no letter with odd forms") {
    CHECK(literal("ready now", true) == "ready now");
    CHECK(literal("disk full", true) == " full");
    CHECK(literal("\u00e9tage", true) == "tage");
    CHECK(literal("\u7cfb\u7edf stop", true) == "\u7cfb\u7edf ");
    CHECK(literal("task", true) == "ta");
}

TEST_CASE("a text that a pattern matches has its literal") {
    // A matching text without its literal would be missed.
    CHECK(rc::check("literal", [] {
        const auto piece =
            rc::gen::element<std::string>("a", "b?", "c*", "d+", "e{2}", "[fg]", ".", "h", "k",
                                          "\\.", "^", "\\b", "i{0,3}", "{", "K");
        std::string pattern;
        for (const std::string& each : *rc::gen::container<std::vector<std::string>>(piece)) {
            pattern += each;
        }
        const auto letter =
            rc::gen::element('a', 'b', 'c', 'd', 'e', 'f', 'h', 'i', 'k', 'K', '.', '{', ' ');
        const auto text = *rc::gen::container<std::string>(letter);
        try {
            const TextPattern matcher{pattern};
            const auto found = literal_of_pattern(pattern, matcher.any_case());
            if (!found || matcher.search(text) != TextPattern::Verdict::yes) return;
            const LiteralSearch search{found->text, found->any_case};
            RC_ASSERT(search.find(text, 0) != std::string_view::npos);
        } catch (const std::exception&) {
            // Not a valid pattern.
        }
    }));
}

TEST_CASE("a string is found wherever it stands") {
    CHECK(rc::check("as std::string does", [](std::string text, std::string needle, bool any_case) {
        RC_PRE(!needle.empty());
        const auto place = *rc::gen::inRange<std::size_t>(0, 300);
        text.resize(std::max(text.size(), place), 'x');
        text.insert(place, needle);
        const auto from = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
        const LiteralSearch search{needle, any_case};
        const auto lowered = [any_case](std::string of) {
            if (any_case) {
                std::transform(of.begin(), of.end(), of.begin(), [](char c) {
                    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
                });
            }
            return of;
        };
        RC_ASSERT(search.find(text, from) == lowered(text).find(lowered(needle), from));
    }));
}

TEST_CASE("foreign escapes are seen, harkd's own are not") {
    const auto npos = std::string_view::npos;
    for (const char* own :
         {R"(a\u001bb)", R"(\n\t\"\\)", R"(\\u0041)", R"(\ufffd\u202e\u200b\u007f)", R"(\)", ""}) {
        CAPTURE(own);
        CHECK(find_foreign_escape(own, 0) == npos);
    }
    CHECK(find_foreign_escape(R"(x\u0041)", 0) == 1);
    CHECK(find_foreign_escape(R"(\/)", 0) == 0);
    CHECK(find_foreign_escape(R"(\u4f60)", 0) == 0);
    CHECK(find_foreign_escape(R"(\n\u0041)", 1) == 2);
}
