// Framings that end messages with terminators: auto, line, UTF-16, and chunk.
#include "common/framing/framer.hpp"
#include "tests/common/framing/naive_framing.hpp"
#include "tests/fuzz/charset_check.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/scripted_peer.hpp"
#include "tests/fuzz/targets.hpp"

#include <string>
#include <string_view>

namespace hark::fuzz {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t SCRIPT_SIZE = 16;
constexpr std::string_view ENDS{"\r\n\0", 3};

// The form of what a peer sends.
struct Wire {
    CodeUnit unit = CodeUnit::byte;
    CharsetMode charset = CharsetMode::automatic;
    std::string_view mark{};
    std::string_view line = "1\n";
};
constexpr Wire UTF16_LITTLE{CodeUnit::utf16le, CharsetMode::utf16le, "\xFF\xFE", "1\0\n\0"sv};
constexpr Wire UTF16_BIG{CodeUnit::utf16be, CharsetMode::utf16be, "\xFE\xFF", "\0001\0\n"sv};

// What is left of a stream without the bytes that may be terminators.
std::string text_of(std::string_view bytes) {
    std::string text{bytes};
    std::erase_if(text, [](char byte) { return ENDS.find(byte) != std::string_view::npos; });
    return text;
}

std::string text_of(const test::Messages& messages) {
    std::string text;
    for (const test::Message& each : messages) text += text_of(each.bytes);
    return text;
}

// Checks the stream as lines, however it is split into reads.
void check_lines(Framing framing, const Wire& wire, std::string_view stream,
                 std::string_view script) {
    CharsetCheck charset{wire.charset};
    ScriptedPeer peer{{.framing = framing}, charset};
    peer.set_unit(wire.unit);
    peer.play(stream, script, false, [&](const Frame& frame) { charset.check(frame); });
    require(peer.joined().sound(), "parts are one message");
    require(peer.joined().messages() == naive::Lines::cut(stream, wire.unit),
            "lines are those of a naive cutter");
}

}  // namespace

void framing_auto(std::string_view bytes) {
    Input input{bytes};
    const std::string_view script = input.tail(input.below(SCRIPT_SIZE));
    std::string_view stream = input.text();
    Wire wire;
    if (stream.starts_with(UTF16_LITTLE.mark)) wire = UTF16_LITTLE;
    if (stream.starts_with(UTF16_BIG.mark)) wire = UTF16_BIG;
    stream.remove_prefix(wire.mark.size());

    CharsetCheck charset{wire.charset};
    ScriptedPeer peer{{}, charset};
    peer.set_unit(wire.unit);
    peer.play(stream, script, true, [&](const Frame& frame) { charset.check(frame); });
    require(peer.joined().sound(), "parts are one message");
    require(text_of(peer.joined().messages()) == text_of(stream), "no byte of text is lost");

    // Once a peer has ended a message with LF, it does not matter how CRs come.
    check_lines(Framing::automatic, wire, std::string{wire.line}.append(stream), script);
}

void framing_line(std::string_view bytes) {
    Input input{bytes};
    const std::string_view script = input.tail(input.below(SCRIPT_SIZE));
    check_lines(Framing::line, {}, input.text(), script);
}

void framing_utf16(std::string_view bytes) {
    Input input{bytes};
    const std::string_view script = input.tail(input.below(SCRIPT_SIZE));
    const Wire& wire = input.flag() ? UTF16_BIG : UTF16_LITTLE;
    check_lines(Framing::line, wire, input.text(), script);
}

void framing_chunk(std::string_view bytes) {
    Input input{bytes};
    const std::string_view script = input.tail(input.below(SCRIPT_SIZE));
    CharsetCheck charset{CharsetMode::automatic};
    ScriptedPeer peer{{.framing = Framing::chunk}, charset};
    peer.play(input.text(), script, true, [&](const Frame& frame) {
        charset.check(frame);
        if (!frame.last) return;
        require(frame.end == End::chunk, "a read ends a chunk");
        require(frame.bytes.empty() || ENDS.find(frame.bytes.back()) == std::string_view::npos,
                "terminators are trimmed");
    });
    require(peer.joined().sound(), "parts are one message");
    require(text_of(peer.joined().messages()) == text_of(input.text()), "no byte of text is lost");
}

}  // namespace hark::fuzz
