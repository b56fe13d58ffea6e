#include "tools/log/tail_options.hpp"

#include "common/locale/i18n.hpp"
#include "common/locale/locale_charset.hpp"
#include "common/net/address_pattern.hpp"
#include "tools/cli/option_values.hpp"
#include "tools/control/control_words.hpp"
#include "tools/log/tail.hpp"
#include "tools/records/text_pattern.hpp"

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

void take_tail_grep(TailOptions& into, const std::string& value) {
    into.grep = argument_text(value);
    // Reports mistakes at once.
    static_cast<void>(TextPattern{*into.grep});
}

void take_tail_invert(TailOptions& into, const std::string&) {
    into.invert = true;
}

void take_tail_count(TailOptions& into, const std::string& value) {
    into.count = number_from<std::uint64_t>(value, 1, UINT64_MAX,
                                            _("--count: invalid count \"{}\": expected a number"));
}

void take_tail_timeout(TailOptions& into, const std::string& value) {
    into.timeout = timeout_from(value);
}

void take_tail_format(TailOptions& into, const std::string& value) {
    take_format(into.form, value);
}

void take_tail_fields(TailOptions& into, const std::string& value) {
    take_fields(into.form, value);
}

void take_tail_events(TailOptions& into, const std::string&) {
    into.events = true;
}

}  // namespace hark
