#include "tools/admin/restart.hpp"

#include "common/locale/i18n.hpp"
#include "common/sys/clock.hpp"
#include "common/varlink/json.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"
#include "tools/control/control_session.hpp"
#include "tools/control/daemon_status.hpp"
#include "tools/control/json_fields.hpp"
#include "tools/control/shown_json.hpp"
#include "tools/terminal/columns.hpp"
#include "tools/terminal/terminal_text.hpp"

#include <chrono>
#include <optional>

#include <poll.h>

namespace hark {

namespace {

using namespace std::chrono_literals;

constexpr Duration PATIENCE = 10s;
constexpr int POLL_INTERVAL_MS = 20;

DaemonStatus status_of(ControlSession& session) {
    std::string fault;
    const std::optional<DaemonStatus> status = read_status(*session.call("Status"), fault);
    if (!status) throw ControlError{bad_reply(fault)};
    return *status;
}

// Waits until a daemon answers that has restarted more often than before.
void await_successor(const std::string& control, std::uint64_t restarts) {
    const SystemClock clock;
    const TimePoint deadline = clock.monotonic() + PATIENCE;
    while (clock.monotonic() < deadline) {
        try {
            ControlSession session{control};
            const DaemonStatus status = status_of(session);
            if (status.restarts > restarts) return;
            if (!status.restarting) {
                throw ControlError{
                    {EXIT_REFUSED, _("the old harkd goes on after all; its log says why")}};
            }
        } catch (const ControlError& problem) {
            // Calls during the change are not answered.
            if (problem.status() != EXIT_UNREACHABLE) throw;
        }
        ::poll(nullptr, 0, POLL_INTERVAL_MS);
    }
    throw ControlError{{EXIT_UNREACHABLE, _("no new harkd has answered within 10 s")}};
}

}  // namespace

int restart(const std::string& control, bool json) {
    prepare_locale_for_terminal();
    std::uint64_t restarts = 0;
    varlink::JsonBox versions;
    {
        ControlSession session{control};
        restarts = status_of(session).restarts;
        versions = session.call("Restart");
    }
    await_successor(control, restarts);
    if (json) {
        std::string line;
        append_shown_json(line, *versions);
        return print_bytes(line + "\n");
    }
    const JsonFields fields{*versions};
    const LocaleCharset charset;
    return print_bytes(charset.encode(formatted(_("harkd {} has taken over from {}"),
                                                shown_text(charset, fields.shown("to")),
                                                shown_text(charset, fields.shown("from"))) +
                                      "\n"));
}

}  // namespace hark
