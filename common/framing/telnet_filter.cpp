#include "common/framing/telnet_filter.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace hark {

namespace {

constexpr std::uint8_t SE = 240;  // the first command
constexpr std::uint8_t IP = 244;
constexpr std::uint8_t SB = 250;
constexpr std::uint8_t WILL = 251;
constexpr std::uint8_t WONT = 252;
constexpr std::uint8_t DO = 253;
constexpr std::uint8_t DONT = 254;
constexpr std::uint8_t IAC = 255;

constexpr char IAC_CHAR = static_cast<char>(IAC);
constexpr std::size_t NEGOTIATION_SIZE = 3;  // IAC, WILL to DONT, and the option

std::uint8_t at(std::string_view bytes, std::size_t index) noexcept {
    return static_cast<std::uint8_t>(bytes[index]);
}

// Options that clients begin with are below 48 (IANA's registry ends at 49, apart from a few above
// 137). In text, the byte in the option's place is likely to be LF or CR.
bool is_shown_by(std::uint8_t option) noexcept {
    return option < 48 && option != '\n' && option != '\r';
}

void append_reply(std::string& replies, std::string_view negotiation) {
    const std::uint8_t command = at(negotiation, 1);
    // RFC 854: a refusal gets no reply, or two peers would go on for ever.
    if (command != WILL && command != DO) return;
    replies += IAC_CHAR;
    replies += static_cast<char>(command == WILL ? DONT : WONT);
    replies += negotiation[2];
}

}  // namespace

bool TelnetFilter::idle(std::span<const char> bytes) noexcept {
    return bytes.empty() || std::memchr(bytes.data(), IAC, bytes.size()) == nullptr;
}

bool TelnetFilter::shows_telnet(std::string_view bytes) noexcept {
    for (std::size_t place = bytes.find(IAC_CHAR); place != std::string_view::npos;
         place = bytes.find(IAC_CHAR, place + 1)) {
        if (first_negotiation(bytes.substr(place)).kind == Sequence::Kind::negotiation) return true;
    }
    return false;
}

bool TelnetFilter::is_subnegotiation(std::string_view held) const noexcept {
    return shown_ && held.size() >= 2 && at(held, 1) == SB;
}

// For a peer that has not shown telnet. `bytes` begin with IAC.
TelnetFilter::Sequence TelnetFilter::first_negotiation(std::string_view bytes) noexcept {
    using Kind = Sequence::Kind;
    constexpr Sequence UNFINISHED{Kind::unfinished, 0, false};
    constexpr Sequence TEXT{Kind::text, 1, false};
    if (bytes.size() < 2) return UNFINISHED;
    // Ctrl-C: IAC IP belongs to the IAC DO right after it.
    const std::size_t before = at(bytes, 1) == IP ? 2 : 0;
    if (bytes.size() == before) return UNFINISHED;
    if (at(bytes, before) != IAC) return TEXT;
    if (bytes.size() == before + 1) return UNFINISHED;
    const std::uint8_t command = at(bytes, before + 1);
    if (command != WILL && command != DO) return TEXT;
    if (bytes.size() == before + 2) return UNFINISHED;
    if (!is_shown_by(at(bytes, before + 2))) return TEXT;
    return {Kind::negotiation, before + NEGOTIATION_SIZE, true};
}

// For a peer that has shown telnet. `bytes` begin with IAC.
TelnetFilter::Sequence TelnetFilter::command(std::string_view bytes) noexcept {
    using Kind = Sequence::Kind;
    if (bytes.size() < 2) return {Kind::unfinished, 0, false};
    const std::uint8_t command = at(bytes, 1);
    if (command == IAC) return {Kind::data_iac, 2, false};
    if (command < SE) return {Kind::text, 1, false};
    if (command == SB) return subnegotiation(bytes);
    if (command < WILL) return {Kind::negotiation, 2, false};
    if (bytes.size() < NEGOTIATION_SIZE) return {Kind::unfinished, 0, false};
    return {Kind::negotiation, NEGOTIATION_SIZE, true};
}

TelnetFilter::Sequence TelnetFilter::subnegotiation(std::string_view bytes) noexcept {
    using Kind = Sequence::Kind;
    const std::string_view window = bytes.substr(0, MAX_SUBNEGOTIATION);
    for (std::size_t i = 2; i + 1 < window.size(); ++i) {
        if (at(window, i) != IAC) continue;
        if (at(window, i + 1) == SE) return {Kind::negotiation, i + 2, false};
        ++i;
    }
    if (window.size() < MAX_SUBNEGOTIATION) return {Kind::unfinished, 0, false};
    return {Kind::text, MAX_SUBNEGOTIATION, false};
}

TelnetFilter::Filtered TelnetFilter::filter(std::span<char> data, std::string& replies) {
    const std::size_t enough = replies.size() + MAX_REPLIES - NEGOTIATION_SIZE;
    const std::string_view all{data.data(), data.size()};
    Filtered result;
    const auto keep = [&](std::size_t from, std::size_t count) {
        std::memmove(data.data() + result.text, data.data() + from, count);
        result.text += count;
    };
    for (std::size_t position = 0; position < all.size();) {
        const std::size_t iac = std::min(all.find(IAC_CHAR, position), all.size());
        keep(position, iac - position);
        position = iac;
        if (position == all.size()) break;
        const std::string_view rest = all.substr(position);
        const Sequence sequence = shown_ ? command(rest) : first_negotiation(rest);
        switch (sequence.kind) {
            case Sequence::Kind::text:
                keep(position, sequence.length);
                break;
            case Sequence::Kind::data_iac:
                keep(position, 1);
                ++result.discarded;
                break;
            case Sequence::Kind::negotiation:
                shown_ = true;
                if (sequence.with_option && replies.size() <= enough) {
                    append_reply(replies,
                                 rest.substr(sequence.length - NEGOTIATION_SIZE, NEGOTIATION_SIZE));
                }
                result.discarded += sequence.length;
                break;
            case Sequence::Kind::unfinished:
                result.held = rest.size();
                return result;
        }
        position += sequence.length;
    }
    return result;
}

}  // namespace hark
