#include "tools/control/control_failure.hpp"

#include "common/locale/i18n.hpp"
#include "common/text/printable.hpp"
#include "common/varlink/json.hpp"
#include "tools/cli/exit_status.hpp"

#include <cerrno>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

namespace hark {

namespace {

// Of what came from elsewhere nobody wants to read more on a line.
constexpr std::size_t LONGEST_SHOWN = 400;

template <typename... Values>
std::string say(const char* format, const Values&... values) {
    return fmt::format(fmt::runtime(format), values...);
}

// A parameter as text, whatever it is.
std::string shown(const varlink::Json& parameters, const char* key) {
    const auto found = parameters.find(key);
    if (found == parameters.end()) return "?";
    std::string text;
    if (found->is_string()) {
        text = printable(found->get<std::string>().substr(0, LONGEST_SHOWN));
    } else if (found->is_number()) {
        text = found->dump();
    }
    return text.empty() ? "?" : text;
}

}  // namespace

ControlFailure failure_of(const NoControlSocket& why) {
    const std::string path = printable(why.path);
    if (why.error == EACCES || why.error == EPERM) {
        return {EXIT_UNREACHABLE,
                say(_("the control socket {} is closed to you: it is for root and for members of "
                      "the group hark"),
                    path),
                true};
    }
    const bool nobody = why.error == ENOENT || why.error == ECONNREFUSED || why.error == ENOTDIR;
    if (nobody && !why.named) {
        return {EXIT_UNREACHABLE,
                _("no daemon is running here, or its control socket is elsewhere: --control PATH"),
                true};
    }
    return {EXIT_UNREACHABLE,
            say(_("cannot connect to the control socket {}: {}"), path, std::strerror(why.error)),
            true};
}

ControlFailure failure_of(const varlink::Reply& reply) {
    const varlink::Json& given = *reply.parameters;
    const std::string& error = reply.error;
    std::string text;
    if (error == "org.harkd.NoSuchClient") {
        text = say(_("there is no client {}"), shown(given, "client"));
    } else if (error == "org.harkd.NotSaid") {
        text =
            say(_("client {} cannot be told: {}"), shown(given, "client"), shown(given, "reason"));
    } else if (error == "org.harkd.ReloadRefused") {
        text = say(_("the new configuration is refused, and the old one stays: {}"),
                   shown(given, "reason"));
    } else if (error == "org.harkd.TooMany") {
        text = say(_("there are {} of them already, and no more may be"), shown(given, "limit"));
    } else if (error == varlink::INVALID_PARAMETER) {
        text = say(_("the daemon does not take this: {}"), shown(given, "parameter"));
    } else if (error == varlink::PERMISSION_DENIED) {
        text = _("the daemon allows this only to root and to members of the group hark");
    } else if (error == varlink::METHOD_NOT_FOUND || error == varlink::INTERFACE_NOT_FOUND) {
        text = _("the daemon does not know this command: it is of another version");
    } else {
        text = say(_("the daemon refused: {}"), printable(error.substr(0, LONGEST_SHOWN)));
    }
    return {EXIT_REFUSED, text};
}

ControlFailure nonsense(const std::string& what) {
    return {EXIT_UNREACHABLE, say(_("this is no answer of harkd: {}"), what)};
}

}  // namespace hark
