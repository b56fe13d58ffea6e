#include "tools/terminal/bar_graph.hpp"
#include "tools/terminal/columns.hpp"
#include "tools/terminal/terminal_text.hpp"

#include <clocale>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

// The C library measures characters by the locale.
struct Utf8Locale {
    Utf8Locale() { std::setlocale(LC_CTYPE, "C.UTF-8"); }
    ~Utf8Locale() { std::setlocale(LC_CTYPE, "C"); }
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;
};

}  // namespace

TEST_CASE_FIXTURE(Utf8Locale, "columns: wide and combining characters") {
    CHECK(columns_of("") == 0);
    CHECK(columns_of("abc") == 3);
    CHECK(columns_of("你好a") == 5);
    CHECK(columns_of("e\u0301") == 1);
    CHECK(fill_columns("你", 4) == "你  ");
    CHECK(fill_columns("你", 4, true) == "  你");
    CHECK(fill_columns("你好", 3) == "你好");
}

TEST_CASE_FIXTURE(Utf8Locale, "columns: what is cut is whole characters") {
    CHECK(cut_to_columns("你好", 3) == "你");
    CHECK(cut_to_columns("你好", 1).empty());
    CHECK(cut_to_columns("ab", 5) == "ab");
    CHECK(cut_to_columns("e\u0301x", 1) == "e\u0301");
    CHECK(rc::check([](const std::u32string& codes, std::uint8_t columns) {
        std::string text;
        for (const char32_t code : codes) append_utf8(text, static_cast<wchar_t>(code));
        text = shown_text(LocaleCharset{}, text);
        const std::string_view cut = cut_to_columns(text, columns);
        RC_ASSERT(columns_of(cut) <= columns);
        RC_ASSERT(columns_of(text) > columns || cut == text);
    }));
}

TEST_CASE_FIXTURE(Utf8Locale, "shown text: what the charset has not has the width of its escape") {
    const LocaleCharset gbk{"GBK"};
    CHECK(shown_text(gbk, "你🎉\x1b") == "你\\U0001f389\\x1b");
    CHECK(shown_text(LocaleCharset{}, "你🎉\xff") == "你🎉\uFFFD");
}

TEST_CASE_FIXTURE(Utf8Locale, "a table") {
    TextTable table{{{"ID", true}, {"名字"}, {"N", true}, {"Rest"}}};
    CHECK(table.lines() == std::vector<std::string>{"ID  名字  N  Rest"});
    table.add({"1", "a", "100", ""});
    table.add({"234", "世界人", "1", "x"});
    CHECK(table.lines() == std::vector<std::string>{" ID  名字      N  Rest",  //
                                                    "  1  a       100",        //
                                                    "234  世界人    1  x"});
}

TEST_CASE_FIXTURE(Utf8Locale, "a graph") {
    const std::vector<double> values{0, 1, 4, 8, 0.001};
    CHECK(bar_graph(values, 10, true) == " ▁▄█▁");
    CHECK(bar_graph(values, 10, false) == " .=#.");
    CHECK(bar_graph(values, 3, true) == "▄█▁");
    CHECK(bar_graph(values, 0, true).empty());
    CHECK(bar_graph({}, 5, true).empty());
    CHECK(bar_graph(std::vector<double>{0, 0}, 5, true) == "  ");
    CHECK(has_blocks(LocaleCharset{"UTF-8"}));
    CHECK_FALSE(has_blocks(LocaleCharset{"ISO-8859-1"}));
}
