#include "tools/top/top.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "tools/terminal/terminal_text.hpp"
#include "tools/top/top_printer.hpp"
#include "tools/top/top_terminal.hpp"

#include <cstdlib>
#include <string_view>

#include <unistd.h>

namespace hark {

namespace {

// Whether there is a terminal at both ends that can move its cursor.
bool is_on_terminal() {
    const char* const type = std::getenv("TERM");
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1 && type != nullptr &&
           *type != '\0' && std::string_view{type} != "dumb";
}

}  // namespace

int top(const TopOptions& options) {
    prepare_locale_for_terminal();
    const SystemClock clock;
    EventLoop loop{clock};
    if (options.json) return TopPrinter{loop, options}.run();
    if (!is_on_terminal()) {
        throw UsageError{
            _("top: there is no terminal to draw on; --json prints a line per second")};
    }
    return TopTerminal{loop, options}.run();
}

}  // namespace hark
