#include "tools/cli/common_options.hpp"

#include "tools/cli/option_values.hpp"

#include <limits>

namespace hark {

void take_host(Arguments& into, const std::string& value) {
    if (value.empty()) throw UsageError{_("--host: expected a name or an address")};
    into.server.host = value;
}

void take_port(Arguments& into, const std::string& value) {
    into.server.port = number_from<std::uint16_t>(
        value, 1, std::numeric_limits<std::uint16_t>::max(),
        _("--port: \"{}\" is no port, expected a number from 1 to 65535"));
}

void take_control(Arguments& into, const std::string& value) {
    if (value.empty()) throw UsageError{_("--control: expected the path of a socket")};
    into.control = value;
}

void take_json(Arguments& into, const std::string&) {
    into.json = true;
}

void take_timeout(Arguments& into, const std::string& value) {
    into.send.timeout = timeout_from(value);
}

void take_window(Arguments& into, const std::string& value) {
    into.send.window = number_from<std::uint64_t>(
        value, 1, SendOptions::MAX_WINDOW,
        _("--window: \"{}\" is no window, expected a number from 1 to 65536"));
}

void take_verbose(Arguments& into, const std::string&) {
    into.send.replies = SendOptions::Replies::all;
}

void take_quiet(Arguments& into, const std::string&) {
    into.send.replies = SendOptions::Replies::none;
}

void take_reconnect(Arguments& into, const std::string&) {
    into.talk.reconnect = true;
}

}  // namespace hark
