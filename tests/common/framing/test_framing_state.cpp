// What framing remembers is plain data: a fresh object that is made of a copy goes on as the old
// one would have, wherever in the stream that is done.
#include "tests/common/framing/framing.hpp"

#include <type_traits>

using namespace hark;
using namespace std::string_view_literals;
using test::Stream;

static_assert(std::is_trivially_copyable_v<FramerState>);

namespace {

// A peer's bytes in two reads, with quiet behind each; moved to a fresh framer between two reads
// where `moves` says so.
std::string seen(Framing framing, std::string_view bytes, std::size_t split, bool moves) {
    Stream stream{framing, {"first\r", "\n"}};
    const auto move = [&] {
        if (moves) stream.go_on_from(stream);
        stream.seen += std::to_string(stream.quiet_ms());
        stream.seen += name(stream.framer.habit());
        stream.seen += stream.framer.holds_replies() ? '+' : '-';
    };
    for (const std::string_view read : {bytes.substr(0, split), bytes.substr(split)}) {
        move();
        stream.read(read);
        move();
        if (framing == Framing::automatic) stream.flush(End::quiet);
        move();
    }
    stream.flush(End::eof);
    return stream.seen;
}

}  // namespace

TEST_CASE("framing state: a copy goes on in mid-message") {
    const std::string parts = std::string(1500, 'x') + "\r\nlast";
    for (const Framing framing : {Framing::automatic, Framing::line, Framing::chunk}) {
        for (const std::string_view bytes : {"one\r\ntwo\n\0three\r\0\0four\rfive\r\n"sv,
                                             "a\r\r\n\r\nb\r"sv, std::string_view{parts}}) {
            for (std::size_t split = 0; split <= bytes.size(); ++split) {
                if (seen(framing, bytes, split, true) == seen(framing, bytes, split, false))
                    continue;
                FAIL(name(framing), " ", split);
            }
        }
    }
}

TEST_CASE("framing state: a copy goes on with what is known of a tail") {
    for (const auto& steps : std::initializer_list<std::initializer_list<test::Step>>{
             {"abc\r", End::quiet},
             {"a", "b", "c"},
             {"abc", End::quiet, "def", End::quiet, "gh"}}) {
        Stream stream{Framing::automatic, steps};
        Stream copy{Framing::automatic};
        copy.go_on_from(stream);
        stream.seen.clear();
        for (Stream* each : {&stream, &copy}) {
            each->read("x\ry\r");
            each->seen += std::to_string(each->quiet_ms());
            each->flush(End::quiet);
            each->read("\nz");
            each->seen += std::to_string(each->quiet_ms());
        }
        CHECK(copy.seen == stream.seen);
    }
}
