#include "daemon/log/console_sink.hpp"

#include "common/sys/error.hpp"
#include "daemon/log/journal_stream.hpp"

#include <cstdlib>

#include <unistd.h>

namespace hark {

ConsoleSink::ConsoleSink(EventLoop& loop, Callback<void()> on_ready, int fd,
                         ConsoleLines::Style style)
    : OutputSink{loop, on_ready, SinkConfig::Kind::console, fd,
                 N_("cannot log to the console, standard output")},
      renderer_{style} {}

void ConsoleSink::append(const Record& record) noexcept {
    renderer_.append(lines().next_line(), record);
}

ConsoleLines::Style console_style(int fd) noexcept {
    const char* terminal = std::getenv("TERM");
    const char* no_colour = std::getenv("NO_COLOR");
    return {.time = !output_is_journal(fd),
            .colour = isatty(fd) != 0 && (no_colour == nullptr || *no_colour == '\0') &&
                      terminal != nullptr && std::string_view{terminal} != "dumb"};
}

}  // namespace hark
