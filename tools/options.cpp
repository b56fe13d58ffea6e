#include "tools/options.hpp"

#include "common/text/number.hpp"

#include <chrono>
#include <limits>

#include <fmt/format.h>

namespace hark {

namespace {

template <typename Number>
Number to_number(const std::string& value, Number least, Number most, const char* complaint) {
    const auto number = parse_number<Number>(value);
    if (!number || !(*number >= least && *number <= most)) {
        throw UsageError{fmt::format(fmt::runtime(complaint), value)};
    }
    return *number;
}

}  // namespace

void take_host(Arguments& into, const std::string& value) {
    if (value.empty()) throw UsageError{_("--host: expected a name or an address")};
    into.server.host = value;
}

void take_port(Arguments& into, const std::string& value) {
    into.server.port =
        to_number<std::uint16_t>(value, 1, std::numeric_limits<std::uint16_t>::max(),
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
    constexpr double LONGEST_S = 1e6;
    const double seconds = to_number<double>(
        value, 0, LONGEST_S, _("--timeout: \"{}\" is no time, expected seconds, 0 for no limit"));
    into.send.timeout =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>{seconds});
}

void take_window(Arguments& into, const std::string& value) {
    into.send.window = to_number<std::uint64_t>(
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
