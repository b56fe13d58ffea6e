#include "common/varlink/json.hpp"
#include "daemon/control/parameters.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;
using varlink::Json;

TEST_CASE("parameters: what is given, by name and type") {
    const Json given{{"number", 17U}, {"text", "你好"}, {"texts", {"a", "b"}}, {"none", nullptr}};
    Parameters parameters{given};
    CHECK(parameters.number("number") == 17U);
    CHECK(parameters.text("text") == "你好");
    CHECK(parameters.texts("texts") == std::vector<std::string>{"a", "b"});
    CHECK_FALSE(parameters.number("none"));
    CHECK_FALSE(parameters.text("none"));
    CHECK_FALSE(parameters.texts("absent"));
    CHECK_FALSE(parameters.wrong());
}

TEST_CASE("parameters: numbers are whole and not below zero") {
    CHECK(Parameters{Json{{"x", ~std::uint64_t{0}}}}.number("x") == ~std::uint64_t{0});
    for (const Json& wrong :
         {Json(-1), Json(1.0), Json(1e300), Json("1"), Json(true), Json::array(), Json::object()}) {
        const Json given{{"x", wrong}};
        Parameters parameters{given};
        CHECK_FALSE(parameters.number("x"));
        CHECK(parameters.wrong() == "x");
    }
}

TEST_CASE("parameters: texts are an array of nothing but texts") {
    const Json empty{{"x", Json::array()}};
    Parameters none{empty};
    REQUIRE(none.texts("x"));
    CHECK_FALSE(none.wrong());
    for (const Json& wrong :
         {Json("a"), Json::array({"a", 1}), Json::array({Json::array()}), Json::object()}) {
        const Json given{{"x", wrong}};
        Parameters parameters{given};
        CHECK_FALSE(parameters.texts("x"));
        CHECK(parameters.wrong() == "x");
    }
}

TEST_CASE("parameters: what must be there") {
    const Json given{{"empty", ""}, {"null", nullptr}, {"zero", 0U}};
    for (const char* name : {"empty", "null", "absent"}) {
        Parameters parameters{given};
        CHECK(parameters.wanted_text(name).empty());
        CHECK(parameters.wrong() == name);
    }
    Parameters parameters{given};
    CHECK(parameters.wanted_number("zero") == 0);
    CHECK(parameters.wanted_number("null") == 0);
    CHECK(parameters.wrong() == "null");
}

TEST_CASE("parameters: the first that is wrong is told, then what nobody asked for") {
    const Json given{{"unasked", 1}, {"a", "x"}, {"b", "y"}};
    Parameters parameters{given};
    static_cast<void>(parameters.number("b"));
    static_cast<void>(parameters.number("a"));
    parameters.reject("c");
    CHECK(parameters.wrong() == "b");
    Parameters asked{given};
    CHECK(asked.text("a") == "x");
    CHECK(asked.text("b") == "y");
    CHECK(asked.wrong() == "unasked");
    asked.reject("a");
    CHECK(asked.wrong() == "a");
}
