#include "tools/admin/reload.hpp"

#include "tools/cli/exit_status.hpp"
#include "tools/control/control_session.hpp"

namespace hark {

int reload(const std::string& control) {
    ControlSession session{control};
    static_cast<void>(session.call("Reload"));
    return EXIT_DONE;
}

}  // namespace hark
