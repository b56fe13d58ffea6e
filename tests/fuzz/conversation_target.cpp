// A whole connection: what a client sends, when, and whether it reads; what its listener, the log
// and an operator do meanwhile. Every byte must be in a record or be accounted for, and every reply
// must be true.
#include "common/protocol/bye.hpp"
#include "common/text/utf8.hpp"
#include "tests/common/framing/naive_framing.hpp"
#include "tests/fuzz/conversation.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace hark::fuzz {

namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

constexpr std::size_t MAX_STEPS = 48;
constexpr std::string_view TERMINATORS{"\r\n\0", 3};
// How long ConnectionLimits lets a message take, and how long a connection that is over waits for
// its peer to read.
constexpr Duration PARTIAL = 60s;
constexpr Duration UNREAD_PATIENCE = 30s;

ListenerProfile profile_of(Input& input) {
    ListenerProfile profile;
    FramingOptions& framing = profile.framing;
    switch (input.below(10)) {
        case 0:
        case 1:
        case 2:
            break;
        case 3:
        case 4:
            framing.framing = Framing::line;
            break;
        case 5:
            framing.framing = Framing::chunk;
            break;
        case 6:  // MLLP
            framing = {.framing = Framing::delimited,
                       .begin = Delimiter{"\x0B"},
                       .end = Delimiter{"\x1C\r"}};
            break;
        case 7:  // GELF
            framing = {.framing = Framing::delimited, .end = Delimiter{"\0"sv}};
            break;
        case 8:
            framing = {.framing = Framing::counted, .max_message = 2000};
            break;
        case 9:
            framing = {.framing = Framing::length, .length_bytes = 2};
            break;
    }
    const std::uint8_t flags = input.byte();
    profile.telnet = (flags & 1U) == 0;
    profile.replies = std::array{ReplyMode::text, ReplyMode::text, ReplyMode::ack,
                                 ReplyMode::none}[flags >> 1U & 3U];
    profile.record_connections =
        std::array{RecordConnections::all, RecordConnections::all, RecordConnections::used,
                   RecordConnections::none}[flags >> 3U & 3U];
    if (profile.replies == ReplyMode::text && (flags & 0x20U) != 0) {
        // No configuration allows UTF-16 with other framings.
        const bool may_be_wide =
            framing.framing != Framing::chunk && framing.framing != Framing::delimited;
        profile.charset =
            may_be_wide && (flags & 0x40U) != 0 ? CharsetMode::utf16le : CharsetMode::gb18030;
    }
    return profile;
}

ConnectionLimits limits_of(std::uint8_t flags) {
    ConnectionLimits limits;
    limits.detect_probes = (flags & 1U) == 0;
    if ((flags & 2U) != 0) limits.idle = 30s;
    if ((flags & 4U) != 0) limits.quiet = 10ms;
    return limits;
}

PeerLimits rates_of(std::uint8_t flags) {
    PeerLimits rates;
    rates.exempt = {};
    if ((flags & 8U) != 0) rates.messages_per_second = (flags & 0x20U) != 0 ? 5 : 100;
    if ((flags & 16U) != 0) rates.bytes_per_second = (flags & 0x20U) != 0 ? 40 : 2000;
    return rates;
}

// Plays each byte of `script`: its low four bits are what happens, the others how much of it.
void play(Conversation& talk, std::string_view& stream, std::string_view script) {
    constexpr std::array<std::size_t, 16> SIZES{1,  2,   3,   5,   8,    13,   21,   34,
                                                64, 128, 256, 512, 1000, 1024, 1500, 8192};
    constexpr std::array<Duration, 16> PAUSES{1ms, 9ms, 10ms, 50ms, 99ms, 100ms, 101ms, 500ms,
                                              1s,  2s,  5s,   10s,  29s,  31s,   59s,   61s};
    for (const char each : script) {
        const auto step = static_cast<std::uint8_t>(each);
        const std::size_t much = step >> 4U;
        switch (step & 15U) {
            default:
                talk.send(stream, SIZES[much]);
                break;
            case 7:
                talk.pass(PAUSES[much]);
                break;
            case 8:
                talk.hear();
                break;
            case 9:
                talk.set_log(much % 2 == 0 ? SinkState::refusing : SinkState::blocked);
                break;
            case 10:
                if (much >= 8) {
                    talk.travel();
                } else {
                    talk.set_log(SinkState::clear);
                }
                break;
            case 11:
                talk.say();
                break;
            case 12:
                if (much < 8) {
                    talk.kick();
                } else {
                    talk.set_limits(limits_of(static_cast<std::uint8_t>(much)),
                                    rates_of(static_cast<std::uint8_t>(much << 1U)));
                }
                break;
            case 13:
                talk.half_close();
                break;
            case 14:
                talk.leave();
                break;
            case 15:
                talk.stop();
                if (much >= 8) talk.give_up();
                break;
        }
        talk.rounds(much == 15 ? 0 : 2);
    }
}

std::size_t size_of_text(std::string_view bytes) {
    return static_cast<std::size_t>(std::ranges::count_if(
        bytes, [](char c) { return TERMINATORS.find(c) == std::string_view::npos; }));
}

std::size_t count_of(std::string_view what, std::string_view in) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = in.find(what, at)) != std::string_view::npos; ++at) ++count;
    return count;
}

bool has_mark(std::string_view read) {
    return read.starts_with("\xFF\xFE") || read.starts_with("\xFE\xFF");
}

// The messages that the daemon should have made of lines; nothing follows a `bye`.
std::vector<std::string> lines_of(std::string_view read, bool ends_at_bye) {
    std::vector<std::string> lines;
    for (const test::Message& each : naive::Lines::cut(read)) {
        std::string_view line = each.bytes;
        if (line.empty()) continue;
        if (line.size() <= FRAME_CAPACITY) {
            if (is_bye(line) && ends_at_bye) return lines;
            if (!is_bye(line) && is_escaped_bye(line)) line.remove_prefix(1);
        }
        lines.emplace_back(line);
    }
    return lines;
}

// The byte order mark of UTF-8 text is not part of it.
bool is_line(const std::string& message, const std::string& line) {
    return message == line ||
           (line.starts_with(utf8::BOM) && message == line.substr(utf8::BOM.size()));
}

// `read`: what the daemon has read.
void check_bytes(const Conversation& talk, const ListenerProfile& profile, std::string_view read) {
    const std::uint64_t discarded = talk.counters().discarded;
    std::size_t kept = 0;
    std::size_t text = 0;
    std::size_t slack = utf8::BOM.size() * count_of(utf8::BOM, read);
    for (const std::string& piece : talk.log().pieces()) {
        kept += piece.size();
        text += size_of_text(piece);
        if (is_bye(piece) || is_escaped_bye(piece)) ++slack;  // a backslash before it
    }
    require(kept + discarded <= read.size(), "no byte is in two places");

    const bool telnet = profile.telnet && read.find('\xFF') != std::string_view::npos;
    if (telnet) return;
    std::size_t at = 0;
    for (const std::string& piece : talk.log().pieces()) {
        const std::size_t found = read.find(piece, at);
        require(found != std::string_view::npos, "records have the bytes that were sent, in order");
        at = found + piece.size();
    }
    const Framing framing = profile.framing.framing;
    const bool by_terminators =
        framing == Framing::automatic || framing == Framing::line || framing == Framing::chunk;
    if (!by_terminators || has_mark(read) || profile.charset == CharsetMode::utf16le) return;
    const ClosedRecord* const closed = talk.log().closed();
    const bool may_be_bye =
        profile.replies == ReplyMode::text && (closed == nullptr || closed->reason == "bye");
    if (may_be_bye) {
        // It may have blanks around it.
        const auto blanks =
            std::ranges::count_if(read.substr(at), [](char c) { return c == ' ' || c == '\t'; });
        slack += 3 + static_cast<std::size_t>(blanks);
    }
    require(size_of_text(read) <= text + discarded + slack, "no byte of text is lost");

    if (framing != Framing::line || talk.log().probed() || talk.passed() >= PARTIAL) return;
    // What is discarded comes last.
    const auto lines =
        lines_of(read.substr(0, read.size() - discarded), profile.replies == ReplyMode::text);
    require(std::ranges::equal(talk.log().messages(), lines, is_line),
            "lines are those of a naive cutter");
}

// `quick`: the client has not kept the daemon waiting for long.
void check_end(const Conversation& talk, const ListenerProfile& profile, bool quick) {
    const KeptLog& log = talk.log();
    const Counters& counters = talk.counters();
    const ClosedRecord* const closed = log.closed();
    require(counters.bytes <= talk.sent(), "nothing is read that was not sent");
    require(log.whole() == log.messages().size() && log.whole() == counters.messages,
            "messages are counted");
    const bool recorded =
        profile.record_connections == RecordConnections::all ||
        (profile.record_connections == RecordConnections::used && counters.bytes > 0);
    require(log.connected() == recorded && (closed != nullptr) == recorded,
            "a connection's beginning and end are recorded as its listener says");
    if (closed != nullptr) {
        require(closed->messages == counters.messages && closed->bytes == counters.bytes &&
                    closed->discarded == counters.discarded,
                "closed says what there was");
        require(closed->reason != "eof" || counters.bytes == talk.sent(),
                "all is read before the end");
        require(closed->reason != "error", "nothing is an error");
    }
    if (talk.cut() || !quick || profile.replies != ReplyMode::text) return;
    require(!talk.heard().in_line(), "the last line is whole");
    // A bad frame gets no reply but `421`.
    const bool may_be_bad =
        profile.framing.framing == Framing::counted || profile.framing.framing == Framing::length;
    require(talk.heard().answered() + (may_be_bad ? 1 : 0) >= log.whole(),
            "each message is answered");
}

}  // namespace

void conversation(std::string_view bytes) {
    Input input{bytes};
    const ListenerProfile profile = profile_of(input);
    const std::uint8_t flags = input.byte();
    const std::string_view script = input.tail(input.below(MAX_STEPS));
    std::string_view stream = input.text();
    Conversation talk{profile, limits_of(flags), rates_of(flags), (flags & 0x40U) != 0};
    play(talk, stream, script);
    const bool quick = talk.passed() < UNREAD_PATIENCE;
    talk.finish(stream);
    check_end(talk, profile, quick);
    check_bytes(talk, profile, input.text().substr(0, talk.counters().bytes));
}

}  // namespace hark::fuzz
