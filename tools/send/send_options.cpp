#include "tools/send/send_options.hpp"

#include "tools/cli/option_values.hpp"
#include "tools/send/send.hpp"

namespace hark {

void take_timeout(SendOptions& into, const std::string& value) {
    into.timeout = timeout_from(value);
}

void take_window(SendOptions& into, const std::string& value) {
    into.window = number_from<std::uint64_t>(
        value, 1, SendOptions::MAX_WINDOW,
        _("--window: invalid count \"{}\": expected a number from 1 to 65536"));
}

void take_verbose(SendOptions& into, const std::string&) {
    into.replies = SendOptions::Replies::all;
}

void take_quiet(SendOptions& into, const std::string&) {
    into.replies = SendOptions::Replies::none;
}

}  // namespace hark
