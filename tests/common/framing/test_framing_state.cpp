// What framing remembers is plain data: at any point in a stream, a fresh object made from a copy
// continues as the old one would have.
#include "tests/common/framing/framing.hpp"

#include <type_traits>

using namespace hark;
using namespace std::string_view_literals;
using test::AUTO;
using test::LINE;
using test::QUIET;
using test::Stream;

static_assert(std::is_trivially_copyable_v<FramerState>);

namespace {

// A peer's bytes in two reads, each followed by quiet if that can end something. With `moves`, the
// stream moves to a copy of its state before and after each step.
std::string seen(const FramingOptions& options, CodeUnit unit, std::string_view bytes,
                 std::size_t split, bool moves) {
    Stream stream{options};
    stream.set_unit(unit);
    const auto move = [&] {
        if (moves) stream.move_to_a_copy();
        stream.seen += std::to_string(stream.quiet_ms());
        stream.seen += name(stream.framer.habit());
        stream.seen += stream.framer.holds_replies() ? '+' : '-';
        stream.seen += stream.framer.pending() ? '+' : '-';
    };
    for (const std::string_view read : {bytes.substr(0, split), bytes.substr(split)}) {
        move();
        stream.read(read);
        move();
        if (stream.quiet_ms() >= 0) stream.flush(QUIET);
        move();
    }
    stream.flush(End::eof);
    return stream.seen;
}

}  // namespace

TEST_CASE("framing state: a copy goes on in mid-message") {
    struct Case {
        FramingOptions options;
        std::string bytes;
        CodeUnit unit = CodeUnit::byte;
    };
    const std::string parts = std::string(1500, 'x') + "\r\nlast";
    const FramingOptions delimited{
        .framing = Framing::delimited, .begin = Delimiter{"<<"}, .end = Delimiter{">->"}};
    const FramingOptions length{.framing = Framing::length, .length_order = ByteOrder::little};
    std::initializer_list<Case> cases{
        {{.framing = AUTO}, std::string{"one\r\ntwo\n\0three\r\0\0four\rfive\r\n"sv}},
        {{.framing = LINE}, std::string{"one\r\ntwo\n\0three\r\0\0four\rfive\n\r\r\n"sv}},
        {{.framing = AUTO}, "a\r\r\n\r\nb\r"},
        {{.framing = AUTO}, "a\r1\r2\rb\r3"},
        {{.framing = AUTO}, "x\na\rb\n\r\n\rc"},
        {{.framing = AUTO}, parts},
        {{.framing = LINE}, parts},
        {{.framing = Framing::chunk}, parts},
        {delimited, "no<<a>->is<e <<b>-<<>->c\r\n<<d>>->e"},
        {delimited, "<<" + std::string(1500, 'x') + ">->y"},
        {{.framing = Framing::counted}, "5 hello\n0 12 twelve bytes\r\n3 abc4"},
        {{.framing = Framing::counted}, "1500 " + std::string(1500, 'x') + "2 y"},
        {length, std::string{"\1\0\0\0a\0\0\0\0\x0C\0\0\0twelve bytes\3\0"sv}},
        {{.framing = AUTO}, std::string{"a\0\r\0b\0\n\0\r\0\0\n\0c"sv}, CodeUnit::utf16le},
        {{.framing = LINE}, std::string{"\0a\0\r\0b\0\n\0\r\n\0\0"sv}, CodeUnit::utf16be},
    };
    for (const Case& each : cases) {
        for (std::size_t split = 0; split <= each.bytes.size(); ++split) {
            const std::string moved = seen(each.options, each.unit, each.bytes, split, true);
            const std::string stayed = seen(each.options, each.unit, each.bytes, split, false);
            if (moved != stayed) FAIL(each.bytes, " split at ", split, ": ", moved);
        }
    }
}

TEST_CASE("framing state: a copy goes on across the capacity") {
    for (const Framing framing : {AUTO, LINE}) {
        for (const std::string_view end : {"\n"sv, "\r\n"sv, "\n\r"sv, "\r\0"sv, "\0\0"sv}) {
            const std::string as = end.find('\n') == std::string_view::npos ? "nul:" : "lf:";
            for (std::size_t size = 1018; size <= 1030; ++size) {
                const std::string text(size, 'd');  // UnevenSplit takes nothing off at 'd'
                const std::string expected =
                    "lf:a|" + (size <= 1024 ? as + text
                                            : "full:" + text.substr(0, 1024) + "~|~" + as +
                                                  text.substr(1024));
                test::check_any_split({.framing = framing}, "a\n" + text + std::string{end} + "b\n",
                                      expected + "|lf:b", CodeUnit::byte, 1018);
            }
        }
    }
}

TEST_CASE("framing state: a copy goes on with what is known of a tail") {
    for (const auto& steps : std::initializer_list<std::initializer_list<test::Step>>{
             {"abc\r", QUIET},
             {"a", "b", "c"},
             {"abc", QUIET, "def", QUIET, "gh"},
             {"x\n", "abc", QUIET},
             {"x\n", "abc", End::timeout},
             {"x\n", "abc", QUIET, "\r"},
             {"1\r", "2\r"}}) {
        Stream stream{AUTO, steps};
        Stream copy{AUTO};
        copy.go_on_from(stream);
        stream.seen.clear();
        for (Stream* each : {&stream, &copy}) {
            each->read("x\ry\r");
            each->seen += std::to_string(each->quiet_ms());
            each->flush(QUIET);
            each->read("\nz");
            each->seen += std::to_string(each->quiet_ms());
            each->seen += name(each->framer.habit());
        }
        CHECK(copy.seen == stream.seen);
    }
}
