#include "tools/cli/common_options.hpp"

#include "common/cli/usage_error.hpp"
#include "tools/cli/option_values.hpp"

#include <cstdint>
#include <limits>

namespace hark {

void take_host(Arguments& into, const std::string& value) {
    if (value.empty()) throw UsageError{_("--host: expected a host name or address")};
    into.server.host = value;
}

void take_port(Arguments& into, const std::string& value) {
    into.server.port = number_from<std::uint16_t>(
        value, 1, std::numeric_limits<std::uint16_t>::max(),
        _("--port: invalid port \"{}\": expected a number from 1 to 65535"));
}

void take_control(Arguments& into, const std::string& value) {
    if (value.empty()) throw UsageError{_("--control: expected the path of a socket")};
    into.control = value;
}

void take_json(Arguments& into, const std::string&) {
    into.json = true;
}

}  // namespace hark
