#include "daemon/log/console_sink.hpp"

#include "common/sys/error.hpp"
#include "daemon/log/journal_stream.hpp"

#include <cerrno>
#include <cstdlib>

#include <unistd.h>

namespace hark {

ConsoleSink::ConsoleSink(EventLoop& loop, Callback<void()> on_ready, int fd,
                         ConsoleLines::Style style)
    : Sink{SinkConfig{.kind = SinkConfig::Kind::console}.name(), on_ready},
      renderer_{style},
      watch_{loop, method<&ConsoleSink::on_writable>(*this)} {
    if (const int error = out_.open(fd); error < 0) {
        throw SystemError{-error, N_("cannot log to the console, standard output")};
    }
}

void ConsoleSink::append(const Record& record) noexcept {
    renderer_.append(lines_.next_line(), record);
}

SinkState ConsoleSink::commit() noexcept {
    while (!lines_.unwritten().empty()) {
        const ssize_t count = out_.write(lines_.unwritten());
        if (count > 0) {
            add_stored(lines_.wrote(static_cast<std::size_t>(count)));
            lines_.release(lines_.unreleased());
            continue;
        }
        const int error = static_cast<int>(-count);
        switch (error) {
            case EAGAIN:
                if (!watched_) watched_ = watch_.start(out_.get(), EPOLLOUT) == 0;
                if (watched_) static_cast<void>(watch_.set_interest(EPOLLOUT));
                return fail(SinkState::blocked, error);
            case EPIPE:
            case EIO:
            case ENXIO:
            case EBADF:
            case ECONNRESET:
            case ENOTCONN:
                watch_.stop();
                watched_ = false;
                return fail(SinkState::gone, error);
            default:
                return fail(SinkState::refusing, error);
        }
    }
    return SinkState::clear;
}

void ConsoleSink::on_writable(std::uint32_t) noexcept {
    static_cast<void>(watch_.set_interest(0));
    say_ready();
}

ConsoleLines::Style console_style(int fd) noexcept {
    const char* terminal = std::getenv("TERM");
    const char* no_colour = std::getenv("NO_COLOR");
    return {.time = !output_is_journal(fd),
            .colour = isatty(fd) != 0 && (no_colour == nullptr || *no_colour == '\0') &&
                      terminal != nullptr && std::string_view{terminal} != "dumb"};
}

}  // namespace hark
