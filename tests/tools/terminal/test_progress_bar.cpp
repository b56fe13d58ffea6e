#include "tools/terminal/progress_bar.hpp"

#include <doctest/doctest.h>

using namespace hark;

TEST_CASE("a bar where the end is known, numbers where it is not") {
    CHECK(progress_line({-1, 1234, 1200}, 80) == "1234 sent, 1200 acknowledged");
    CHECK(progress_line({0, 0, 0}, 80) ==
          "[------------------------------]   0 %  0 sent, 0 acknowledged");
    CHECK(progress_line({0.5, 10, 9}, 80) ==
          "[###############---------------]  50 %  10 sent, 9 acknowledged");
    CHECK(progress_line({1, 10, 10}, 80) ==
          "[##############################] 100 %  10 sent, 10 acknowledged");
}

TEST_CASE("never as wide as the terminal") {
    for (std::size_t columns = 0; columns < 120; ++columns) {
        CAPTURE(columns);
        const std::string line = progress_line({0.7, 1000, 999}, columns);
        CHECK(line.size() < std::max<std::size_t>(columns, 1));
        if (columns >= 50) CHECK(line.find('#') != std::string::npos);
    }
}
