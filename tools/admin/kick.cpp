#include "tools/admin/kick.hpp"

#include "common/locale/i18n.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/commands.hpp"
#include "tools/control/control_session.hpp"
#include "tools/control/control_words.hpp"

namespace hark {

int kick(const std::string& control, const std::vector<std::string>& words) {
    if (words.empty()) throw UsageError{_("kick: expected the number of a client")};
    varlink::Json parameters{{"client", client_number(words.front())}};
    if (words.size() > 1) parameters["reason"] = line_of(words, 1);
    ControlSession session{control};
    static_cast<void>(session.call("Kick", std::move(parameters)));
    return EXIT_DONE;
}

}  // namespace hark
