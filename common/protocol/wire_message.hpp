// How to send a message so that the daemon records it unchanged.
#pragma once

#include <string>
#include <string_view>

namespace hark {

// Whether the daemon numbers and records `message`, a single line: empty lines, and lines of only a
// CR, are acknowledged but not recorded.
[[nodiscard]] bool is_recorded(std::string_view message) noexcept;

// Appends `message` and its terminator, with a backslash in front of a message that would end the
// conversation. `message` must have no LF and no NUL, which end messages.
void append_wire_message(std::string& into, std::string_view message);

// Whether the daemon would mistake bytes of `message` for telnet and drop them, unless its listener
// has `telnet = false`: it contains IAC WILL or IAC DO with a telnet option. UTF-8 never has such
// bytes.
[[nodiscard]] bool shows_telnet(std::string_view message) noexcept;

// What to send before `message` if it is the first on a connection: an empty line if it could be
// taken for another protocol or for UTF-16, since only a connection's first bytes can be.
[[nodiscard]] std::string_view wire_prelude(std::string_view message) noexcept;

}  // namespace hark
