#include "tools/admin/kick.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/control/control_session.hpp"
#include "tools/control/control_words.hpp"

namespace hark {

int kick(const std::string& control, const std::vector<std::string>& words) {
    if (words.empty()) throw UsageError{_("kick: expected a client's number")};
    const std::uint64_t client = client_number(words.front());
    const std::string reason = words.size() > 1 ? line_of(words, 1) : "";
    ControlSession session{control};
    if (words.size() > 1) {
        static_cast<void>(session.call("Kick", {{"client", client}, {"reason", reason}}));
    } else {
        static_cast<void>(session.call("Kick", {{"client", client}}));
    }
    return EXIT_DONE;
}

}  // namespace hark
