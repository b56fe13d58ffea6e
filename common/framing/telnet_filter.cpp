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
    return state_ == State::text &&
           (bytes.empty() || std::memchr(bytes.data(), IAC, bytes.size()) == nullptr);
}

void TelnetFilter::take_command(std::uint8_t command) noexcept {
    state_ = State::text;
    if (command == SB) {
        state_ = State::sub;
        sub_length_ = 0;
    } else if (command > SB) {
        state_ = State::option;
        command_ = command;
    }
}

bool TelnetFilter::count_in_sub(std::uint16_t bytes, std::uint64_t& dropped) noexcept {
    if (sub_length_ + bytes <= MAX_SUBNEGOTIATION) {
        sub_length_ = static_cast<std::uint16_t>(sub_length_ + bytes);
        state_ = State::sub;
        return true;
    }
    dropped += sub_length_;
    state_ = State::text;
    return false;
}

std::size_t TelnetFilter::filter(std::span<char> buffer, std::size_t length, std::string& answers,
                                 std::uint64_t& dropped) noexcept {
    assert(length < buffer.size());
    if (length == 0) return 0;
    // An IAC held back goes where it would have stood, as if the stream had not been split.
    if (state_ == State::iac || state_ == State::sub_iac) {
        std::memmove(buffer.data() + 1, buffer.data(), length);
        buffer[0] = IAC_CHAR;
        ++length;
        state_ = state_ == State::iac ? State::text : State::sub;
    }

    const std::size_t enough = answers.size() + MAX_ANSWERS;
    std::size_t left = 0;
    const auto keep = [&](std::uint8_t byte) { buffer[left++] = static_cast<char>(byte); };
    const auto keep_pair = [&](std::uint8_t byte) {
        keep(IAC);
        if (byte != IAC) keep(byte);
    };

    for (std::size_t i = 0; i < length; ++i) {
        const auto byte = static_cast<std::uint8_t>(buffer[i]);
        switch (state_) {
            case State::text:
                if (byte == IAC) {
                    state_ = State::iac;
                } else {
                    keep(byte);
                }
                break;
            case State::iac:
                if (byte >= SE && byte != IAC) {
                    take_command(byte);
                } else {
                    keep_pair(byte);
                    state_ = State::text;
                }
                break;
            case State::option:
                // RFC 854: a refusal is not answered, or two peers would go on for ever.
                if ((command_ == WILL || command_ == DO) && answers.size() + 3 <= enough) {
                    answers += IAC_CHAR;
                    answers += static_cast<char>(command_ == WILL ? DONT : WONT);
                    answers += static_cast<char>(byte);
                }
                state_ = State::text;
                break;
            case State::sub:
                if (byte == IAC) {
                    state_ = State::sub_iac;
                } else if (!count_in_sub(1, dropped)) {
                    keep(byte);
                }
                break;
            case State::sub_iac:
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
    if (state_ != State::iac) return false;
    state_ = State::text;
    return true;
}

}  // namespace hark
