#include "common/settings/mistakes.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;
using Texts = std::vector<std::string>;

namespace {

Texts thrown(const Mistakes& mistakes) {
    try {
        mistakes.throw_if_any();
    } catch (const ConfigError& error) {
        return error.mistakes();
    }
    return {};
}

}  // namespace

TEST_CASE("mistakes: an origin is a file's name with line and column, or an option") {
    CHECK(Origin{"x.toml", 3, 9}.text() == "x.toml:3:9");
    CHECK(Origin{"--listen"}.text() == "--listen");
}

TEST_CASE("mistakes: none is no error") {
    CHECK_NOTHROW(Mistakes{}.throw_if_any());
}

TEST_CASE("mistakes: options come first, then the file by line and column") {
    Mistakes mistakes;
    mistakes.add({"x", 10, 1}, "a");
    mistakes.add({"x", 9, 20}, "b");
    mistakes.add({"--log"}, "c");
    mistakes.add({"x", 9, 3}, "d");
    mistakes.add({"--listen"}, "e");
    mistakes.add({"x", 9, 3}, "f");
    CHECK(thrown(mistakes) ==
          Texts{"--log: c", "--listen: e", "x:9:3: d", "x:9:3: f", "x:9:20: b", "x:10:1: a"});
}

TEST_CASE("mistakes: a summary names five at most") {
    CHECK(std::string{ConfigError{"a"}.what()} == "a");
    CHECK(std::string{ConfigError{Texts{"a", "b"}}.what()} == "a; b");
    CHECK(std::string{ConfigError{Texts{"a", "b", "c", "d", "e"}}.what()} == "a; b; c; d; e");
    const ConfigError many{Texts{"a", "b", "c", "d", "e", "f", "g"}};
    CHECK(std::string{many.what()} == "a; b; c; d; e; and 2 more");
    CHECK(many.mistakes().size() == 7);
}
