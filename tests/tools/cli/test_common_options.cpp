#include "tests/support/parsed_options.hpp"
#include "tools/cli/common_options.hpp"

using namespace hark;

namespace {

Arguments parse_common(const test::Words& words) {
    return test::parsed<COMMON_OPTIONS, Arguments>(words);
}

std::string common_complaint(const test::Words& words) {
    return test::complaint<COMMON_OPTIONS, Arguments>(words);
}

}  // namespace

TEST_CASE("common options") {
    const Arguments arguments =
        parse_common({"--host", "log.example.org", "--port=1234", "--control", "/x", "--json"});
    CHECK(arguments.server.host == "log.example.org");
    CHECK(arguments.server.port == 1234);
    CHECK(arguments.control == "/x");
    CHECK(arguments.json);
    CHECK(parse_common({"--port", "1", "--port", "2"}).server.port == 2);
    CHECK_FALSE(parse_common({}).json);
}

TEST_CASE("common options: values that are refused") {
    for (const char* port : {"0", "65536", "-1", "", "12x", "1.5"}) {
        CAPTURE(port);
        CHECK(common_complaint({"--port", port}) == std::string{"--port: invalid port \""} + port +
                                                        "\": expected a number from 1 to 65535");
    }
    CHECK(common_complaint({"--host="}) == "--host: expected a host name or address");
    CHECK(common_complaint({"--control="}) == "--control: expected the path of a socket");
}
