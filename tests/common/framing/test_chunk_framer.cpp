#include "tests/common/framing/framing.hpp"

using namespace hark;
using namespace std::string_view_literals;
using test::CHUNK;
using test::seen;
using test::Stream;

TEST_CASE("chunks: what one read brings is a message") {
    CHECK(seen(CHUNK, {"abc", "d\ne"}) == "chunk:abc|chunk:d\ne");
    CHECK(Stream(CHUNK, {"abc"}).quiet_ms() == -1);
    CHECK_FALSE(Stream(CHUNK, {"abc"}).framer.pending());
    CHECK_FALSE(Stream(CHUNK, {"abc"}).framer.holds_replies());
    CHECK(Stream(CHUNK, {"a\n"}).framer.habit() == CHUNK);
    CHECK(seen(CHUNK, {"abc", End::eof}) == "chunk:abc|-");
}

TEST_CASE("chunks: terminators at its end are trimmed") {
    CHECK(seen(CHUNK, {"abc\n", "abc\r\n", "abc\r\n\0\0"sv, "a\rb\r", "\n\rabc"}) ==
          "chunk:abc|chunk:abc|chunk:abc|chunk:a\rb|chunk:\n\rabc");
    CHECK(seen(CHUNK, {"\r\n"}) == "chunk:");
    CHECK(seen(CHUNK, {"abc ", " "}) == "chunk:abc |chunk: ");
}

TEST_CASE("chunks: a long one leaves in parts") {
    CHECK(seen(CHUNK, {std::string(1024, 'x') + "\r\n"}) == "chunk:" + std::string(1024, 'x'));
    const std::string three(3, 'd');  // UnevenSplit takes nothing off at 'd'
    CHECK(seen(CHUNK, {std::string(1024, 'd') + three + "\r\n"}) ==
          "full:" + std::string(1024, 'd') + "~|~chunk:" + three);
    // Bytes after the frame that stops are counted, with the terminators.
    Stream stream{CHUNK};
    const auto fed = stream.feed_until(std::string(1024, 'd') + three + "\r\n",
                                       [](const Frame&) { return FrameVerdict::stop; });
    CHECK(fed.unread == 5);
}
