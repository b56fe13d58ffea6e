#include "tools/talk/talk.hpp"

#include "common/loop/event_loop.hpp"
#include "tools/cli/report.hpp"
#include "tools/talk/talk_pipe.hpp"
#include "tools/talk/talk_session.hpp"
#include "tools/talk/talk_terminal.hpp"
#include "tools/terminal/capabilities.hpp"
#include "tools/terminal/terminal_text.hpp"

namespace hark {

namespace {

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
    if (is_interactive()) {
        converse<TalkTerminal>(options, end);
    } else {
        converse<TalkPipe>(options, end);
    }
    // Only now is the terminal restored.
    print_error(end.complaint);
    return end.status;
}

void take_reconnect(TalkOptions& into, const std::string&) {
    into.reconnect = true;
}

}  // namespace hark
