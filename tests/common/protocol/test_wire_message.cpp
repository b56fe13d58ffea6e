#include "common/framing/telnet_filter.hpp"
#include "common/protocol/bye.hpp"
#include "common/protocol/wire_message.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

std::string wire(std::string_view message) {
    std::string text = "-";
    append_wire_message(text, message);
    return text.substr(1);
}

}  // namespace

TEST_CASE("a message and its end") {
    CHECK(wire("hello") == "hello\n");
    CHECK(wire("") == "\n");
    CHECK(wire("bye") == "\\bye\n");
    CHECK(wire("\\bye") == "\\\\bye\n");
    CHECK(wire("bye bye") == "bye bye\n");
    CHECK(wire("a\xff\xff"
               "b") ==
          "a\xff\xff"
          "b\n");
}

TEST_CASE("a long message that ends as bye does is no bye, and gets no escape") {
    const std::string blanks(1021, ' ');
    CHECK(wire(blanks + "bye") == "\\" + blanks + "bye\n");
    CHECK(wire(blanks + " bye") == blanks + " bye\n");
}

TEST_CASE("the daemon's reading gives the message back") {
    CHECK(rc::check([] {
        const auto message = *rc::gen::container<std::string>(
            rc::gen::element('\xff', '\xfe', '\xfa', '\xf0', 'b', 'y', 'e', '\\', ' '));
        std::string line = wire(message);
        TelnetFilter filter;
        std::string answers;
        const TelnetFilter::Filtered filtered = filter.filter(line, answers);
        RC_ASSERT(answers.empty());
        RC_ASSERT(filtered.text == line.size());
        std::string_view read{line};
        RC_ASSERT(read.ends_with('\n'));
        read.remove_suffix(1);
        RC_ASSERT(!is_bye(read));
        if (is_escaped_bye(read)) read.remove_prefix(1);
        RC_ASSERT(read == message);
    }));
}

TEST_CASE("what could be another protocol's request has something before it") {
    CHECK(wire_prelude("hello").empty());
    CHECK(wire_prelude("").empty());
    CHECK(wire_prelude("GET / HTTP/1.1") == "\n");
    CHECK(wire_prelude("SSH-2.0-x") == "\n");
    CHECK(wire_prelude("\x16\x03\x01") == "\n");
    CHECK(wire_prelude("\xFF\xFE-") == "\n");
    CHECK(wire_prelude("\xFE\xFF") == "\n");
    CHECK(wire_prelude("\xFF-").empty());
}

TEST_CASE("what the daemon would take for telnet") {
    CHECK(shows_telnet("\xFF\xFD\x06"));
    CHECK(shows_telnet("a\xFF\xFF\xFB/b"));
    CHECK(shows_telnet("\xFF\xF4\xFF\xFD\x06"));
    CHECK_FALSE(shows_telnet(""));
    CHECK_FALSE(shows_telnet("hello"));
    CHECK_FALSE(shows_telnet("\xFF\xFD"));
    CHECK_FALSE(shows_telnet("\xFF\xFD\r"));
    CHECK_FALSE(shows_telnet("\xFF\xFD\x30"));
    CHECK_FALSE(shows_telnet("\xFF\xFE\x06\xFF\xFC\x06\xFF\xF4\xFF\xFA\x18\x01\xFF\xF0"));
    // U+00FF U+00FD.
    CHECK_FALSE(shows_telnet("\xC3\xBF\xC3\xBD\x06"));
}

TEST_CASE("a line shows telnet if and only if the daemon reads it so") {
    CHECK(rc::check([] {
        const auto message = *rc::gen::container<std::string>(rc::gen::element(
            '\xff', '\xff', '\xfd', '\xfb', '\xfe', '\xf4', '\x06', '\r', '0', '/'));
        std::string line = message + "\n";
        TelnetFilter filter;
        std::string answers;
        static_cast<void>(filter.filter(line, answers));
        RC_ASSERT(shows_telnet(message) == filter.shown());
    }));
}

TEST_CASE("which lines are recorded") {
    CHECK_FALSE(is_recorded(""));
    CHECK_FALSE(is_recorded("\r"));
    CHECK(is_recorded(" "));
    CHECK(is_recorded("\r\r"));
}
