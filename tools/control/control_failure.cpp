#include "tools/control/control_failure.hpp"

#include "common/locale/i18n.hpp"
#include "common/text/printable.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/control/json_fields.hpp"

#include <cerrno>
#include <cstring>
#include <string_view>

namespace hark {

namespace {

// At most this much of a foreign text is shown on a line.
constexpr std::size_t LONGEST_SHOWN = 400;

// A parameter of any type as text.
std::string shown(const JsonFields& parameters, const char* key) {
    const std::string text = printable(parameters.shown(key).substr(0, LONGEST_SHOWN));
    return text.empty() ? "?" : text;
}

}  // namespace

ControlFailure failure_of(const NoControlSocket& why) {
    const std::string path = printable(why.path);
    if (why.error == EACCES || why.error == EPERM) {
        return {
            EXIT_UNREACHABLE,
            formatted(_("the control socket {} is open only to root and to members of the group "
                        "hark"),
                      path),
            true};
    }
    const bool nobody = why.error == ENOENT || why.error == ECONNREFUSED || why.error == ENOTDIR;
    if (nobody && !why.named) {
        return {EXIT_UNREACHABLE,
                _("no daemon is running here, or its control socket is elsewhere: --control PATH"),
                true};
    }
    return {
        EXIT_UNREACHABLE,
        formatted(_("cannot connect to the control socket {}: {}"), path, std::strerror(why.error)),
        true};
}

ControlFailure failure_of(const varlink::Reply& reply) {
    const JsonFields given{*reply.parameters};
    const std::string& error = reply.error;
    std::string text;
    if (error == "org.harkd.NoSuchClient") {
        text = formatted(_("no client {}"), shown(given, "client"));
    } else if (error == "org.harkd.NotSaid") {
        text = formatted(_("cannot reach client {}: {}"), shown(given, "client"),
                         shown(given, "reason"));
    } else if (error == "org.harkd.ReloadRefused") {
        text = formatted(_("the new configuration was refused, the old one stays in force: {}"),
                         shown(given, "reason"));
    } else if (error == "org.harkd.RestartRefused") {
        text = formatted(_("the restart was refused, the old harkd goes on: {}"),
                         shown(given, "reason"));
    } else if (error == "org.harkd.TooMany") {
        text = formatted(_("limit of {} reached"), shown(given, "limit"));
    } else if (error == varlink::INVALID_PARAMETER) {
        text = formatted(_("the daemon rejected this parameter: {}"), shown(given, "parameter"));
    } else if (error == varlink::PERMISSION_DENIED) {
        text = _("the daemon allows this only to root and to members of the group hark");
    } else if (error == varlink::METHOD_NOT_FOUND || error == varlink::INTERFACE_NOT_FOUND) {
        text = _("the daemon does not know this command: its version differs");
    } else {
        text = formatted(_("the daemon refused: {}"), printable(error.substr(0, LONGEST_SHOWN)));
    }
    return {EXIT_REFUSED, text};
}

ControlFailure bad_reply(const std::string& what) {
    return {EXIT_UNREACHABLE, formatted(_("not a valid reply from harkd: {}"), what)};
}

}  // namespace hark
