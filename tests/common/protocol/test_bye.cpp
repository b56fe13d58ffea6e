#include "common/protocol/bye.hpp"

#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

TEST_CASE("bye alone ends a conversation, in any case and with blanks around it") {
    for (const std::string_view message : {"bye", "BYE", "Bye", " bye", "bye \t", "bye\r"}) {
        CAPTURE(message);
        CHECK(is_bye(message));
    }
    CHECK(
        is_bye("\xEF\xBB\xBF"
               "bye"));
    CHECK(is_bye(std::string_view{"\0bye\0", 5}));
}

TEST_CASE("bye with anything else is a message") {
    for (const std::string_view message :
         {"", " ", "by", "byte", "bye bye", "bye!", "b ye", "\\bye", "\xEF\xBB\xBF"}) {
        CAPTURE(message);
        CHECK_FALSE(is_bye(message));
    }
}

TEST_CASE("a letter is not taken for one that differs in another bit than its case") {
    CHECK_FALSE(is_bye("\x02ye"));
    CHECK_FALSE(is_bye("\xE2ye"));
}

TEST_CASE("backslashes and then bye are an escape") {
    CHECK(is_escaped_bye("\\bye"));
    CHECK(is_escaped_bye("\\\\\\BYE"));
    CHECK(is_escaped_bye("\\ bye "));
    for (const std::string_view message :
         {"", "bye", " \\bye", "\\", "\\\\", "\\b\\ye", "\\byes"}) {
        CAPTURE(message);
        CHECK_FALSE(is_escaped_bye(message));
    }
}

TEST_CASE("an escaped message is never bye, and without its escape it is what it was") {
    CHECK(rc::check("round trip", [] {
        const auto backslashes = *rc::gen::inRange<std::size_t>(0, 4);
        const auto word = *rc::gen::element<std::string>("bye", "BYE", " bye\t", "bye\r", "by", "",
                                                         "bye bye", "hello");
        const std::string message = std::string(backslashes, '\\') + word;
        const std::string wire = needs_escape(message) ? "\\" + message : message;
        RC_ASSERT(!is_bye(wire));
        RC_ASSERT((is_escaped_bye(wire) ? wire.substr(1) : wire) == message);
    }));
}
