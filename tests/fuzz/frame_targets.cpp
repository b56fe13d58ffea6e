// Framings that a listener names: delimited, counted, length.
#include "common/framing/framer.hpp"
#include "tests/common/framing/naive_framing.hpp"
#include "tests/fuzz/charset_check.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/scripted_peer.hpp"
#include "tests/fuzz/targets.hpp"

#include <array>
#include <string>
#include <string_view>

namespace hark::fuzz {

namespace {

using namespace std::string_view_literals;

// Few enough letters to overlap, or any ASCII bytes.
Delimiter delimiter(Input& input, std::size_t least) {
    static constexpr std::string_view LETTERS{"AB\r\n \0\x02\x03", 8};
    const std::size_t size = least + input.below(Delimiter::MAX_SIZE + 1 - least);
    const bool few = input.flag();
    std::string bytes;
    for (const char byte : input.tail(size)) {
        const auto code = static_cast<unsigned char>(byte);
        bytes += few ? LETTERS[code % LETTERS.size()] : static_cast<char>(code & 0x7FU);
    }
    return Delimiter{bytes};
}

// A part may be shorter than the capacity by the bytes of its last character, so a stray message
// not much shorter than that may have been cut into parts, with the blanks after it.
test::Messages without_late_blanks(test::Messages messages) {
    for (test::Message& each : messages) {
        if (each.end != End::stray || each.bytes.size() < FRAME_CAPACITY / 2) continue;
        each.bytes.resize(each.bytes.find_last_not_of(naive::BLANKS) + 1);
    }
    return messages;
}

}  // namespace

void framing_delimited(std::string_view bytes) {
    Input input{bytes};
    const Delimiter end = delimiter(input, 1);
    const Delimiter begin = delimiter(input, 0);
    if (end.empty()) return;
    if (!begin.empty() &&
        (begin.bytes().starts_with(end.bytes()) || end.bytes().starts_with(begin.bytes()))) {
        return;  // no configuration has them
    }
    const FramingOptions options{.framing = Framing::delimited, .begin = begin, .end = end};
    const std::string_view script = input.tail(input.below(16));

    CharsetCheck charset{CharsetMode::automatic};
    ScriptedPeer peer{options, charset};
    peer.play(input.text(), script, false, [&](const Frame& frame) { charset.check(frame); });
    require(peer.joined().sound(), "parts are one message");
    require(without_late_blanks(peer.joined().messages()) ==
                without_late_blanks(naive::delimited(options, input.text())),
            "messages are those of a naive cutter");

    // With silence, and with frames that take too long.
    CharsetCheck other{CharsetMode::automatic};
    ScriptedPeer slow{options, other};
    std::size_t kept = 0;
    slow.play(input.text(), script, true, [&](const Frame& frame) {
        other.check(frame);
        kept += frame.bytes.size();
    });
    require(slow.joined().sound(), "parts are one message");
    require(kept <= input.text().size(), "no byte is said twice");
}

void framing_sized(std::string_view bytes) {
    static constexpr std::array<std::uint8_t, 3> SIZES{1, 2, 4};
    static constexpr std::array<std::uint32_t, 4> LIMITS{1, 200, 3000, 1U << 20U};
    Input input{bytes};
    const FramingOptions options{.framing = input.flag() ? Framing::length : Framing::counted,
                                 .length_bytes = SIZES[input.below(SIZES.size())],
                                 .length_order = input.flag() ? ByteOrder::little : ByteOrder::big,
                                 .max_message = LIMITS[input.below(LIMITS.size())]};
    const std::string_view script = input.tail(input.below(16));

    CharsetCheck charset{CharsetMode::automatic};
    ScriptedPeer peer{options, charset};
    peer.play(input.text(), script, false, [&](const Frame& frame) { charset.check(frame); });
    require(peer.joined().sound(), "parts are one message");

    naive::Sized expected{options, input.text()};
    test::Messages seen = peer.joined().messages();
    require(peer.stopped() == !expected.bad.empty(), "a bad header, and only that, ends it");
    if (peer.stopped()) {
        require(!seen.empty() && seen.back().end == End::frame && !seen.back().bytes.empty() &&
                    expected.bad.starts_with(seen.back().bytes),
                "what has been read from a bad header on is a message");
        seen.pop_back();
    } else if (!expected.partial.empty()) {
        expected.messages.push_back({std::string{expected.partial}, End::eof});
    }
    require(seen == expected.messages, "messages are those of a naive cutter");
}

}  // namespace hark::fuzz
