#include "common/protocol/wire_message.hpp"

#include "common/framing/frame.hpp"
#include "common/framing/protocol_sniffer.hpp"
#include "common/protocol/bye.hpp"

namespace hark {

namespace {

constexpr char INTERPRET_AS_COMMAND = '\xFF';

}  // namespace

bool is_recorded(std::string_view message) noexcept {
    return !message.empty() && message != "\r";
}

void append_wire_message(std::string& into, std::string_view message) {
    // A message in parts never ends the conversation, and keeps its backslashes.
    if (message.size() <= FRAME_CAPACITY && needs_escape(message)) into.push_back('\\');
    for (;;) {
        const std::size_t command = message.find(INTERPRET_AS_COMMAND);
        into.append(message.substr(0, command));
        if (command == std::string_view::npos) break;
        into.append(2, INTERPRET_AS_COMMAND);
        message.remove_prefix(command + 1);
    }
    into.push_back('\n');
}

std::string_view wire_prelude(std::string_view message) noexcept {
    return sniff_protocol(message).verdict == SniffVerdict::no ? "" : "\n";
}

}  // namespace hark
