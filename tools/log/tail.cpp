#include "tools/log/tail.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "tools/log/tail_viewer.hpp"
#include "tools/terminal/terminal_text.hpp"

namespace hark {

int tail(const TailOptions& options) {
    if (options.invert && !options.grep) throw UsageError{_("-v needs --grep")};
    prepare_locale_for_terminal();
    const SystemClock clock;
    EventLoop loop{clock};
    TailViewer viewer{loop, options};
    return viewer.run();
}

}  // namespace hark
