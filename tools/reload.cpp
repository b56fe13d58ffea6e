#include "tools/reload.hpp"

#include "tools/control_session.hpp"
#include "tools/exit_status.hpp"

namespace hark {

int reload(const std::string& control) {
    ControlSession session{control};
    static_cast<void>(session.call("Reload"));
    return EXIT_DONE;
}

}  // namespace hark
