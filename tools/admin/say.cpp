#include "tools/admin/say.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/text/printable.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"
#include "tools/control/control_session.hpp"
#include "tools/control/control_words.hpp"
#include "tools/control/json_fields.hpp"
#include "tools/control/shown_json.hpp"

#include <algorithm>

namespace hark {

namespace {

struct Missed {
    std::uint64_t client = 0;
    std::string reason;
};

int say_to_all(const SayOptions& options, const std::string& text) {
    ControlSession session{options.control};
    const varlink::JsonBox reply = session.call("Broadcast", {{"text", text}});
    JsonFields fields{*reply};
    const std::uint64_t told = fields.count("clients");
    std::vector<Missed> missed;
    for (const varlink::Json* const each : fields.list("missed")) {
        JsonFields one{*each};
        missed.push_back({one.count("client"), one.text("reason")});
        if (!one.ok()) fields.blame("missed");
    }
    const std::uint64_t missed_count = fields.count("missed_count");
    if (!fields.ok()) throw ControlError{bad_reply(fields.fault())};
    int status = EXIT_DONE;
    if (options.json) {
        std::string line;
        append_shown_json(line, *reply);
        status = print_bytes(line + "\n");
    } else {
        const bool nobody = told == 0 && missed_count == 0;
        status = print_all(
            nobody
                ? _("nobody is connected\n")
                : formatted(ngettext("sent to {} client\n", "sent to {} clients\n", told), told));
        for (const Missed& each : missed) {
            print_error(_("cannot reach client {}: {}"), each.client, printable(each.reason));
        }
        if (missed_count > missed.size()) {
            print_error(_("cannot reach {} more"), missed_count - missed.size());
        }
    }
    return missed.empty() ? status : EXIT_REFUSED;
}

}  // namespace

int say(const SayOptions& options) {
    const std::size_t first = options.all ? 0 : 1;
    if (options.words.size() <= first) {
        throw UsageError{options.all ? _("say --all: expected a text")
                                     : _("say: expected a client's number and a text")};
    }
    const std::uint64_t client = options.all ? 0 : client_number(options.words.front());
    const std::string text = line_of(options.words, first);
    if (options.all) return say_to_all(options, text);
    ControlSession session{options.control};
    static_cast<void>(session.call("Say", {{"client", client}, {"text", text}}));
    return EXIT_DONE;
}

void take_all(SayOptions& into, const std::string&) {
    into.all = true;
}

}  // namespace hark
