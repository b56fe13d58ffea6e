// A message as the daemon must be sent it to record it as it is.
#pragma once

#include <string>
#include <string_view>

namespace hark {

// Whether the daemon answers `message`, which is one line, with a number: an empty line, and one of
// nothing but a CR, is answered and not recorded.
[[nodiscard]] bool is_recorded(std::string_view message) noexcept;

// Appends `message` and its end, and a backslash before what would end the conversation. `message`
// must have no LF and no NUL, which end messages.
void append_wire_message(std::string& into, std::string_view message);

// What must be sent first on a connection whose first message is `message`: an empty line where it
// could be taken for the request of another protocol, which only a connection's first bytes can be.
[[nodiscard]] std::string_view wire_prelude(std::string_view message) noexcept;

}  // namespace hark
