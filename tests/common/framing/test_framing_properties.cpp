// What holds for any input, however it is split over reads.
#include "tests/common/framing/framing.hpp"
#include "tests/common/framing/naive_framing.hpp"
#include "tests/common/framing/random_streams.hpp"

#include <rapidcheck.h>

using namespace hark;
using namespace std::string_literals;
using namespace std::string_view_literals;
using test::AUTO;
using test::JoinedMessages;
using test::LINE;
using test::next_read;
using test::QUIET;
using test::Stream;

namespace {

// Calls `on_frame` for the frames of random reads, sometimes continuing with a fresh framer.
template <typename OnFrame>
void read_in_pieces(Stream& stream, std::string_view bytes, OnFrame on_frame) {
    bool stopped = false;
    while (!bytes.empty() && !stopped) {
        const std::string data = next_read(bytes);
        stream.feed(data, [&](const Frame& frame) {
            on_frame(frame);
            stopped = frame.end == End::frame;
        });
        if (*rc::gen::inRange(0, 4) == 0) stream.move_to_a_copy();
    }
    if (stopped) return;
    stream.framer.flush(End::eof, stream.split_point, [&](const Frame& frame) {
        on_frame(frame);
        return FrameVerdict::next;
    });
    RC_ASSERT_FALSE(stream.framer.pending());
}

std::string in_pieces(const FramingOptions& options, std::string_view bytes,
                      CodeUnit unit = CodeUnit::byte) {
    Stream stream{options};
    stream.set_unit(unit);
    read_in_pieces(stream, bytes,
                   [&](const Frame& frame) { test::append_frame(stream.seen, frame); });
    RC_ASSERT(stream.split_point.longest <= FRAME_CAPACITY);
    return stream.seen;
}
// The same with parts joined.
test::Messages joined_in_pieces(const FramingOptions& options, std::string_view bytes) {
    Stream stream{options};
    JoinedMessages messages;
    read_in_pieces(stream, bytes, [&](const Frame& frame) { messages.add(frame); });
    RC_ASSERT(messages.sound());
    return messages.messages();
}

// Terminators, and characters that contain their bytes.
rc::Gen<std::string> random_utf16() {
    return test::joined(rc::gen::weightedOneOf<std::string>(
        {{4, rc::gen::element<std::string>("\r", "\n", std::string(1, '\0'), "a")},
         {4, rc::gen::element<std::string>("\r\0"s, "\n\0"s, "\0\0"s, "\0\r"s, "\0\n"s, "aa"s)},
         {1, test::long_text()}}));
}

FramingOptions random_delimiters() {
    struct Pair {
        std::string_view begin, end;
    };
    const auto pair = *rc::gen::element<Pair>(
        Pair{"", "A"}, Pair{"", "AAB"}, Pair{"", "\r\n"}, Pair{"", "ABAC"}, Pair{"A", "B"},
        Pair{"AA", "B"}, Pair{"AB", "B"}, Pair{"B", "AB"}, Pair{"AAAB", "BA"}, Pair{"\r\nA", "\r"},
        Pair{"A\r\n", "B"}, Pair{"ABAB", "BB"}, Pair{" A", "  "});
    return {
        .framing = Framing::delimited, .begin = Delimiter{pair.begin}, .end = Delimiter{pair.end}};
}

// Delimiters of the above, whole and in pieces.
rc::Gen<std::string> random_frames() {
    return test::joined(rc::gen::weightedOneOf<std::string>(
        {{8, rc::gen::element<std::string>("A", "B", "\r", "\n", " ", "AB", "AAB")},
         {2, rc::gen::element<std::string>("x", "xyz", std::string(1, '\0'))},
         {1, test::long_text()}}));
}

std::string header_of(const FramingOptions& options, std::uint32_t length) {
    if (options.framing == Framing::counted) return std::to_string(length) + ' ';
    std::string bytes;
    for (int i = 0; i < options.length_bytes; ++i) {
        const char byte = static_cast<char>(length >> (8 * i) & 0xFFU);
        if (options.length_order == ByteOrder::little) {
            bytes += byte;
        } else {
            bytes.insert(bytes.begin(), byte);
        }
    }
    return bytes;
}

}  // namespace

TEST_CASE("framing: lines are those of a naive cutter") {
    CHECK(rc::check("line framing, all bytes of all frames", [] {
        const std::string bytes = *test::random_lines();
        RC_ASSERT(in_pieces({.framing = LINE}, bytes) == naive::in_parts(naive::Lines::cut(bytes)));
    }));
    CHECK(rc::check("auto framing, of a peer that ends a message", [] {
        // Then it does not matter how CRs come.
        const std::string bytes = "first\n" + *test::random_lines();
        RC_ASSERT(in_pieces({.framing = AUTO}, bytes) == naive::in_parts(naive::Lines::cut(bytes)));
    }));
    CHECK(rc::check("UTF-16", [](bool line) {
        const CodeUnit unit = *rc::gen::element(CodeUnit::utf16le, CodeUnit::utf16be);
        std::string bytes = unit == CodeUnit::utf16le ? "1\0\n\0"s : "\0001\0\n"s;
        bytes += *random_utf16();
        RC_ASSERT(in_pieces({.framing = line ? LINE : AUTO}, bytes, unit) ==
                  naive::in_parts(naive::Lines::cut(bytes, unit), 2));
    }));
}

TEST_CASE("framing: chunks are what the reads bring") {
    CHECK(rc::check("chunk framing", [] {
        const std::string bytes = *test::random_lines();
        Stream stream{Framing::chunk};
        test::Messages expected;
        JoinedMessages messages;
        for (std::string_view rest = bytes; !rest.empty();) {
            const std::string data = next_read(rest);
            const std::size_t end = data.find_last_not_of("\r\n\0"sv);
            expected.push_back({data.substr(0, end + 1), End::chunk});
            stream.feed(data, [&](const Frame& frame) { messages.add(frame); });
        }
        RC_ASSERT(messages.sound());
        RC_ASSERT(messages.messages() == expected);
    }));
}

TEST_CASE("framing: delimited messages are those of a naive cutter") {
    CHECK(rc::check("delimited framing", [] {
        const FramingOptions options = random_delimiters();
        const std::string bytes = *random_frames();
        RC_ASSERT(naive::without_late_blanks(joined_in_pieces(options, bytes)) ==
                  naive::without_late_blanks(naive::delimited(options, bytes)));
    }));
}

TEST_CASE("framing: sized messages are those of a naive cutter") {
    CHECK(rc::check("counted and length framing", [] {
        FramingOptions options{.framing = *rc::gen::element(Framing::counted, Framing::length),
                               .length_bytes = *rc::gen::element<std::uint8_t>(1, 2, 4),
                               .length_order = *rc::gen::element(ByteOrder::big, ByteOrder::little),
                               .max_message = *rc::gen::element<std::uint32_t>(3, 200, 2000)};
        std::string bytes;
        const int count = *rc::gen::inRange(0, 12);
        for (int i = 0; i < count; ++i) {
            const std::uint32_t length = *rc::gen::weightedOneOf<std::uint32_t>(
                {{4, rc::gen::inRange<std::uint32_t>(0, 4)},
                 {1, rc::gen::inRange<std::uint32_t>(0, 256)},
                 {1, rc::gen::inRange<std::uint32_t>(1020, 1030)}});
            const bool fits = options.framing == Framing::counted || options.length_bytes > 1;
            const std::uint32_t size = fits ? length : length % 256;
            bytes += header_of(options, size).append(size, 'x');
            if (options.framing == Framing::counted) {
                bytes += *rc::gen::element<std::string>("", "", "\n", "\r\n", std::string(2, '\0'));
            }
        }
        // It may end early, or with a bad frame.
        bytes += *rc::gen::element<std::string>("", "", "5", "0", "\xFF\xFF\xFF\xFF", " 1");
        bytes.resize(bytes.size() - *rc::gen::inRange<std::size_t>(0, bytes.size() / 2 + 1));

        naive::Sized expected{options, bytes};
        test::Messages seen = joined_in_pieces(options, bytes);
        if (!expected.bad.empty()) {
            // The frame has as much of it as had been read.
            RC_ASSERT_FALSE(seen.empty());
            RC_ASSERT(seen.back().end == End::frame);
            RC_ASSERT_FALSE(seen.back().bytes.empty());
            RC_ASSERT(expected.bad.starts_with(seen.back().bytes));
            seen.pop_back();
        }
        if (!expected.partial.empty()) {
            expected.messages.push_back({std::string{expected.partial}, End::eof});
        }
        RC_ASSERT(seen == expected.messages);
    }));
}

TEST_CASE("framing: whatever is flushed when, no byte of text is lost or said twice") {
    CHECK(rc::check("auto", [] {
        const CodeUnit unit =
            *rc::gen::element(CodeUnit::byte, CodeUnit::utf16le, CodeUnit::utf16be);
        const std::string bytes = unit == CodeUnit::byte ? *test::random_lines() : *random_utf16();
        Stream stream{AUTO};
        stream.set_unit(unit);
        std::string text;
        JoinedMessages messages;
        const auto keep = [&](const Frame& frame) {
            messages.add(frame);
            for (const char byte : frame.bytes) {
                if (byte >= 'a') text += byte;
            }
        };
        for (std::string_view rest = bytes; !rest.empty();) {
            const auto fed = stream.feed(next_read(rest), keep);
            RC_ASSERT(fed.unread == 0U);
            const int next = *rc::gen::inRange(0, 5);
            if (next == 1) stream.framer.note_silence();
            if (next == 2) stream.move_to_a_copy();
            if (!rest.empty() && next != 0) continue;
            stream.framer.flush(QUIET, stream.split_point, [&](const Frame& frame) {
                keep(frame);
                return FrameVerdict::next;
            });
            RC_ASSERT(!stream.framer.pending());
        }
        RC_ASSERT(messages.sound());
        std::string expected = bytes;
        std::erase_if(expected, [](char byte) { return byte < 'a'; });
        RC_ASSERT(text == expected);
    }));
}
