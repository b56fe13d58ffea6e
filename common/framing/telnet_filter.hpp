// Telnet's negotiation (RFC 854), taken out of what a peer sends, also where it is split over
// reads. Every option is refused (RFC 855: WONT to DO, DONT to WILL), which is also what makes the
// telnet program show output again after Ctrl-C (it sends IAC IP, IAC DO TIMING-MARK and waits).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace hark {

// All that a filter remembers between two reads: plain data. A filter that is made of a copy goes
// on where the other one stood.
struct TelnetState {
    enum class Stage : std::uint8_t { text, iac, option, sub, sub_iac };

    Stage stage = Stage::text;
    std::uint8_t command = 0;      // in Stage::option: WILL, WONT, DO or DONT
    std::uint16_t sub_length = 0;  // in Stage::sub: the bytes so far
};

class TelnetFilter {
   public:
    TelnetFilter() noexcept = default;
    explicit TelnetFilter(const TelnetState& state) noexcept : state_{state} {}

    [[nodiscard]] const TelnetState& state() const noexcept { return state_; }

    // Whether `bytes` can pass as they are: no IAC in them, and none begun before. Cheap.
    [[nodiscard]] bool idle(std::span<const char> bytes) const noexcept;

    // Takes the negotiation out of the first `length` bytes of `buffer` in place and returns how
    // many are left. IAC IAC becomes one 0xFF; an IAC before anything else but a command stays as
    // data. `buffer` must be longer than `length`, and length + 1 may be left: an IAC at the end of
    // a call is held back, and the next call may find that it was data. Appends the
    // replies that are due to `replies`, at most MAX_REPLIES bytes a call. `dropped` grows by the
    // bytes of a subnegotiation that went beyond MAX_SUBNEGOTIATION, after which text is text
    // again.
    [[nodiscard]] std::size_t filter(std::span<char> buffer, std::size_t length,
                                     std::string& replies, std::uint64_t& dropped) noexcept;

    // Whether an IAC came last, and what it is still has to be seen.
    [[nodiscard]] bool dangling() const noexcept { return state_.stage == Stage::iac; }
    // When nothing more comes: whether an IAC stood last, with nothing after it, and so is data.
    // Forgets it.
    [[nodiscard]] bool take_dangling() noexcept;

    static constexpr std::size_t MAX_REPLIES = 96;
    static constexpr std::uint16_t MAX_SUBNEGOTIATION = 1024;

   private:
    using Stage = TelnetState::Stage;

    void take_command(std::uint8_t command) noexcept;
    // Counts data of a subnegotiation, which goes on; false when it went on for too long, and these
    // bytes are text.
    [[nodiscard]] bool count_in_sub(std::uint16_t bytes, std::uint64_t& dropped) noexcept;

    TelnetState state_;
};

}  // namespace hark
