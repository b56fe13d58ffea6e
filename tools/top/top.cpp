#include "tools/top/top.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "tools/terminal/capabilities.hpp"
#include "tools/terminal/terminal_text.hpp"
#include "tools/top/top_printer.hpp"
#include "tools/top/top_terminal.hpp"

namespace hark {

int top(const TopOptions& options) {
    prepare_locale_for_terminal();
    const SystemClock clock;
    EventLoop loop{clock};
    if (options.json) return TopPrinter{loop, options}.run();
    if (!is_interactive()) {
        throw UsageError{
            _("top: there is no terminal to draw on; --json prints a line per second")};
    }
    return TopTerminal{loop, options}.run();
}

}  // namespace hark
