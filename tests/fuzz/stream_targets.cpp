// What comes before framing: telnet's negotiation, and probes.
#include "common/framing/protocol_sniffer.hpp"
#include "common/framing/telnet_filter.hpp"
#include "tests/common/framing/naive_telnet.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/targets.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace hark::fuzz {

void telnet(std::string_view bytes) {
    Input input{bytes};
    const bool shown = input.flag();
    const std::string_view script = input.tail(input.below(16));
    const naive::Telnet expected{input.text(), shown};

    bool is_shown = shown;
    bool all_said = true;
    std::string held;
    std::string text;
    std::string replies;
    std::size_t discarded = 0;
    std::size_t at = 0;
    for (std::string_view rest = input.text(); !rest.empty();) {
        const std::size_t wanted =
            script.empty() ? 0 : static_cast<unsigned char>(script[at++ % script.size()]);
        const std::size_t size = std::min(wanted == 0 ? rest.size() : wanted, rest.size());
        std::string data = held.append(rest.substr(0, size));
        rest.remove_prefix(size);

        TelnetFilter filter{is_shown};
        const bool idle = TelnetFilter::idle(data);
        const std::size_t before = replies.size();
        const auto filtered = filter.filter(data, replies);
        is_shown = filter.shown();
        require(filtered.text + filtered.held + filtered.discarded == data.size(),
                "each byte is text, waits, or is discarded");
        require(replies.size() - before <= TelnetFilter::MAX_REPLIES, "replies are bounded");
        require(!idle || filtered.text == data.size(), "what is idle is text");
        require(filtered.held < TelnetFilter::MAX_SUBNEGOTIATION, "what waits is bounded");
        all_said = all_said && replies.size() - before < TelnetFilter::MAX_REPLIES;
        text += data.substr(0, filtered.text);
        held = data.substr(data.size() - filtered.held);
        discarded += filtered.discarded;
    }
    text += held;
    require(text == expected.text, "text is that of a naive filter");
    require(discarded == expected.discarded, "so is what is discarded");
    require(is_shown == expected.shown, "so is what has been shown");
    require(!all_said || replies == expected.replies, "so are replies");
}

void probe(std::string_view bytes) {
    const SniffResult result = sniff_protocol(bytes);
    if (result.verdict == SniffVerdict::maybe) {
        require(bytes.size() <= MAX_UNDECIDED, "nothing is undecided for long");
    }
    if (result.verdict == SniffVerdict::yes) {
        // More bytes change nothing, and no prefix was another protocol.
        const SniffResult more = sniff_protocol(std::string{bytes} + "x");
        require(more.verdict == SniffVerdict::yes && more.protocol == result.protocol,
                "a probe stays one");
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            const SniffResult less = sniff_protocol(bytes.substr(0, size));
            require(less.verdict != SniffVerdict::yes || less.protocol == result.protocol,
                    "a probe was no other one");
        }
    }
}

}  // namespace hark::fuzz
