#include "tools/log/tail_options.hpp"

#include "common/net/address_pattern.hpp"
#include "tools/cli/option_values.hpp"
#include "tools/control/control_words.hpp"
#include "tools/log/tail.hpp"

namespace hark {

void take_tail_client(TailOptions& into, const std::string& value) {
    into.client = client_number(value);
}

void take_tail_peer(TailOptions& into, const std::string& value) {
    if (!AddressPattern::parse(value)) {
        refuse_value(
            _("--peer: invalid address \"{}\": expected one such as 192.0.2.7, 192.0.2.7:51324, "
              "[2001:db8::7]:40112 or 192.0.2.0/24"),
            value);
    }
    into.peer = value;
}

void take_tail_text(TailOptions& into, const std::string& value) {
    into.text = line_of({value}, 0);
}

void take_tail_events(TailOptions& into, const std::string&) {
    into.events = true;
}

}  // namespace hark
