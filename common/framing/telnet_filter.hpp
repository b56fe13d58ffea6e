// Strips telnet negotiation (RFC 854) from what a peer sends, even if it is split over reads. 0xFF
// is text in many charsets, so nothing counts as negotiation until the peer has shown that it
// speaks telnet: with IAC DO or IAC WILL and an option that programs use. Every option is refused
// (RFC 855: WONT to DO, DONT to WILL), which also makes the telnet program show output again after
// Ctrl-C (it sends IAC IP, IAC DO TIMING-MARK and waits).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace hark {

// Remembers only whether the peer has shown telnet. The caller keeps held bytes between two reads
// and passes them again in front of the next ones.
class TelnetFilter {
   public:
    struct Filtered {
        std::size_t text = 0;       // bytes at the beginning of the data
        std::size_t held = 0;       // unchanged bytes at its end: what follows decides
        std::size_t discarded = 0;  // bytes that were negotiation
    };

    // `shown`: whether the peer has shown that it speaks telnet.
    explicit TelnetFilter(bool shown = false) noexcept : shown_{shown} {}

    // Strips the negotiation from `data` in place. IAC IAC becomes one 0xFF; an IAC that no command
    // follows stays as data, and so does a subnegotiation that does not end within
    // MAX_SUBNEGOTIATION bytes. Appends the replies that are due to `replies`, at most MAX_REPLIES
    // bytes per call.
    [[nodiscard]] Filtered filter(std::span<char> data, std::string& replies);

    // Whether `bytes` can pass as they are if nothing is held. Cheap.
    [[nodiscard]] static bool idle(std::span<const char> bytes) noexcept;
    // Whether `bytes`, followed by a line end, show that their sender speaks telnet.
    [[nodiscard]] static bool shows_telnet(std::string_view bytes) noexcept;
    // Whether held bytes are the beginning of a subnegotiation.
    [[nodiscard]] bool is_subnegotiation(std::string_view held) const noexcept;
    [[nodiscard]] bool shown() const noexcept { return shown_; }

    static constexpr std::size_t MAX_REPLIES = 96;
    static constexpr std::size_t MAX_SUBNEGOTIATION = 1024;

   private:
    // The sequence at the beginning of some bytes.
    struct Sequence {
        enum class Kind : unsigned char { text, data_iac, negotiation, unfinished };
        Kind kind;
        std::size_t length;
        bool with_option;  // its last three bytes are IAC, WILL to DONT, and an option
    };

    [[nodiscard]] static Sequence first_negotiation(std::string_view bytes) noexcept;
    [[nodiscard]] static Sequence command(std::string_view bytes) noexcept;
    [[nodiscard]] static Sequence subnegotiation(std::string_view bytes) noexcept;

    bool shown_;
};

}  // namespace hark
