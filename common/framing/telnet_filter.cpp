#include "common/framing/telnet_filter.hpp"

#include <cassert>
#include <cstring>

namespace hark {

namespace {

constexpr std::uint8_t SE = 240;  // the first command
constexpr std::uint8_t SB = 250;
constexpr std::uint8_t WILL = 251;
constexpr std::uint8_t WONT = 252;
constexpr std::uint8_t DO = 253;
constexpr std::uint8_t DONT = 254;
constexpr std::uint8_t IAC = 255;

constexpr char IAC_CHAR = static_cast<char>(IAC);

}  // namespace

bool TelnetFilter::idle(std::span<const char> bytes) const noexcept {
    return state_.stage == Stage::text &&
           (bytes.empty() || std::memchr(bytes.data(), IAC, bytes.size()) == nullptr);
}

void TelnetFilter::take_command(std::uint8_t command) noexcept {
    state_.stage = Stage::text;
    if (command == SB) {
        state_.stage = Stage::sub;
        state_.sub_length = 0;
    } else if (command > SB) {
        state_.stage = Stage::option;
        state_.command = command;
    }
}

bool TelnetFilter::count_in_sub(std::uint16_t bytes, std::uint64_t& dropped) noexcept {
    if (state_.sub_length + bytes <= MAX_SUBNEGOTIATION) {
        state_.sub_length = static_cast<std::uint16_t>(state_.sub_length + bytes);
        state_.stage = Stage::sub;
        return true;
    }
    dropped += state_.sub_length;
    state_.stage = Stage::text;
    return false;
}

std::size_t TelnetFilter::filter(std::span<char> buffer, std::size_t length, std::string& replies,
                                 std::uint64_t& dropped) noexcept {
    assert(length < buffer.size());
    if (length == 0) return 0;
    // An IAC held back goes where it would have stood, as if the stream had not been split.
    if (state_.stage == Stage::iac || state_.stage == Stage::sub_iac) {
        std::memmove(buffer.data() + 1, buffer.data(), length);
        buffer[0] = IAC_CHAR;
        ++length;
        state_.stage = state_.stage == Stage::iac ? Stage::text : Stage::sub;
    }

    const std::size_t enough = replies.size() + MAX_REPLIES;
    std::size_t left = 0;
    const auto keep = [&](std::uint8_t byte) { buffer[left++] = static_cast<char>(byte); };
    const auto keep_pair = [&](std::uint8_t byte) {
        keep(IAC);
        if (byte != IAC) keep(byte);
    };

    for (std::size_t i = 0; i < length; ++i) {
        const auto byte = static_cast<std::uint8_t>(buffer[i]);
        switch (state_.stage) {
            case Stage::text:
                if (byte == IAC) {
                    state_.stage = Stage::iac;
                } else {
                    keep(byte);
                }
                break;
            case Stage::iac:
                if (byte >= SE && byte != IAC) {
                    take_command(byte);
                } else {
                    keep_pair(byte);
                    state_.stage = Stage::text;
                }
                break;
            case Stage::option:
                // RFC 854: a refusal gets no reply, or two peers would go on for ever.
                if ((state_.command == WILL || state_.command == DO) &&
                    replies.size() + 3 <= enough) {
                    replies += IAC_CHAR;
                    replies += static_cast<char>(state_.command == WILL ? DONT : WONT);
                    replies += static_cast<char>(byte);
                }
                state_.stage = Stage::text;
                break;
            case Stage::sub:
                if (byte == IAC) {
                    state_.stage = Stage::sub_iac;
                } else if (!count_in_sub(1, dropped)) {
                    keep(byte);
                }
                break;
            case Stage::sub_iac:
                if (byte >= SE && byte != IAC) {
                    take_command(byte);
                } else if (!count_in_sub(2, dropped)) {
                    keep_pair(byte);
                }
                break;
        }
    }
    return left;
}

bool TelnetFilter::take_dangling() noexcept {
    if (state_.stage != Stage::iac) return false;
    state_.stage = Stage::text;
    return true;
}

}  // namespace hark
