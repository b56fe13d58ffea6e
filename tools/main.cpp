#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/locale/translated.hpp"
#include "common/sys/standard_fds.hpp"
#include "tools/cli/command_line.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"
#include "tools/commands.hpp"
#include "tools/control/control_failure.hpp"

#include <algorithm>
#include <exception>
#include <span>

#include <signal.h>

int main(int argc, char** argv) {
    const hark::Command* named = nullptr;
    try {
        hark::reserve_standard_fds();
        hark::set_up_locale();
        // Failed writes return an error, which the caller handles.
        signal(SIGPIPE, SIG_IGN);
        signal(SIGXFSZ, SIG_IGN);
        const hark::CommandLine line = hark::parse_command_line(
            hark::commands(), std::span<const char* const>{argv + std::min(argc, 1), argv + argc},
            named);
        return line.invocation ? line.invocation->run(line.arguments) : line.exit_status;
    } catch (const hark::UsageError& problem) {
        hark::print_error(problem.what());
        if (named == nullptr) {
            hark::print_error(_("try: hark --help"));
        } else {
            hark::print_error(_("try: hark {} --help"), named->name);
        }
        return hark::EXIT_USAGE;
    } catch (const hark::ControlError& problem) {
        hark::print_error(problem.what());
        return problem.status();
    } catch (const std::exception& problem) {
        hark::print_error(hark::in_user_language(problem));
        return hark::EXIT_UNREACHABLE;
    }
}
