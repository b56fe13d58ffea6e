#include "common/cli/help_text.hpp"

#include <doctest/doctest.h>

using namespace hark;

namespace {

struct Options {};
void take(Options&, const std::string&) {}

constexpr std::array LETTERS{
    OptionSpec{"--lines", "COUNT", "How many", Choice::nothing, takes<take>, 'n'},
    OptionSpec{"--all", nullptr, "All\nof them", Choice::nothing, takes<take>},
};
constexpr std::array NAMES{OptionSpec{"--all", nullptr, "All", Choice::nothing, takes<take>}};

}  // namespace

TEST_CASE("a section has its texts below each other") {
    std::string text = "Usage\n";
    append_section(text, "Options:", option_rows(LETTERS));
    append_section(text, "Nothing:", {});
    CHECK(text ==
          "Usage\n"
          "\n"
          "Options:\n"
          "  -n, --lines COUNT  How many\n"
          "      --all          All\n"
          "                     of them\n");
}

TEST_CASE("letters take room only where there are some") {
    std::string text;
    append_section(text, "Options:", option_rows(NAMES));
    CHECK(text == "\nOptions:\n  --all  All\n");
    CHECK(standard_rows().front().left == "--help");
}
