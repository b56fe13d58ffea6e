#include "common/protocol/wire_message.hpp"

#include "common/framing/frame.hpp"
#include "common/framing/protocol_sniffer.hpp"
#include "common/framing/telnet_filter.hpp"
#include "common/protocol/bye.hpp"

namespace hark {

bool is_recorded(std::string_view message) noexcept {
    return !message.empty() && message != "\r";
}

void append_wire_message(std::string& into, std::string_view message) {
    // A message in parts never ends the conversation, and keeps its backslashes.
    if (message.size() <= FRAME_CAPACITY && needs_escape(message)) into.push_back('\\');
    into.append(message);
    into.push_back('\n');
}

bool shows_telnet(std::string_view message) noexcept {
    return TelnetFilter::shows_telnet(message);
}

std::string_view wire_prelude(std::string_view message) noexcept {
    const bool like_utf16 = message.starts_with("\xFF\xFE") || message.starts_with("\xFE\xFF");
    const bool like_probe = sniff_protocol(message).verdict != SniffVerdict::no;
    return like_utf16 || like_probe ? "\n" : "";
}

}  // namespace hark
