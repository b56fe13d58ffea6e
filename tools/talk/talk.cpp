#include "tools/talk/talk.hpp"

#include "common/loop/event_loop.hpp"
#include "tools/cli/report.hpp"
#include "tools/talk/talk_pipe.hpp"
#include "tools/talk/talk_session.hpp"
#include "tools/talk/talk_terminal.hpp"
#include "tools/terminal/terminal_text.hpp"

#include <cstdlib>
#include <string_view>

#include <unistd.h>

namespace hark {

namespace {

// Whether there is a terminal at both ends that can move its cursor.
bool is_on_terminal() {
    if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDOUT_FILENO) != 1) return false;
    const char* const type = std::getenv("TERM");
    return type != nullptr && *type != '\0' && std::string_view{type} != "dumb";
}

template <typename Front>
void converse(const TalkOptions& options, TalkEnd& end) {
    const SystemClock clock;
    EventLoop loop{clock};
    Front front{loop, options, end};
    front.start();
    loop.run();
}

}  // namespace

int talk(const TalkOptions& options) {
    prepare_locale_for_terminal();
    TalkEnd end;
    if (is_on_terminal()) {
        converse<TalkTerminal>(options, end);
    } else {
        converse<TalkPipe>(options, end);
    }
    // Only now is the terminal as it was.
    complain(end.complaint);
    return end.status;
}

void take_reconnect(TalkOptions& into, const std::string&) {
    into.reconnect = true;
}

}  // namespace hark
