#include "tools/control_options.hpp"

#include "common/locale/locale_charset.hpp"
#include "common/net/address_pattern.hpp"
#include "tools/control/control_words.hpp"

#include <fmt/format.h>

namespace hark {

void take_openmetrics(Arguments& into, const std::string&) {
    into.status.openmetrics = true;
}

void take_output(Arguments& into, const std::string& value) {
    if (value.empty()) throw UsageError{_("--output: expected a file's name")};
    into.status.output = value;
}

void take_sort(Arguments& into, const std::string& value) {
    const bool descending = value.starts_with('-');
    const auto column = client_column(std::string_view{value}.substr(descending ? 1 : 0));
    if (!column) {
        throw UsageError{
            fmt::format(fmt::runtime(_("--sort: \"{}\" is no column, expected id, peer, age, idle, "
                                       "messages, bytes or unread")),
                        argument_text(value))};
    }
    into.clients.sort = *column;
    into.clients.descending = descending;
}

void take_reverse(Arguments& into, const std::string&) {
    into.clients.descending = true;
}

void take_tail_client(Arguments& into, const std::string& value) {
    into.tail.client = client_number(value);
}

void take_tail_peer(Arguments& into, const std::string& value) {
    if (!PeerPattern::parse(value)) {
        throw UsageError{
            fmt::format(fmt::runtime(_("--peer: \"{}\" is no address, expected one such as "
                                       "192.0.2.7, 192.0.2.7:51324, [2001:db8::7]:40112 or "
                                       "192.0.2.0/24")),
                        argument_text(value))};
    }
    into.tail.peer = value;
}

void take_tail_text(Arguments& into, const std::string& value) {
    into.tail.text = line_of({value}, 0);
}

void take_tail_events(Arguments& into, const std::string&) {
    into.tail.events = true;
}

void take_all(Arguments& into, const std::string&) {
    into.say.all = true;
}

}  // namespace hark
