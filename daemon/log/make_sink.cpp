#include "daemon/log/make_sink.hpp"

#include "common/sys/inheritance.hpp"
#include "daemon/log/console_sink.hpp"
#include "daemon/log/file_sink.hpp"
#include "daemon/log/journal_sink.hpp"
#include "daemon/log/json_sink.hpp"
#include "daemon/log/nats_sink.hpp"

#include <unistd.h>

namespace hark {

std::unique_ptr<Sink> make_sink(const SinkConfig& config, EventLog& log, std::string_view run) {
    EventLoop& loop = log.loop();
    const Callback<void()> on_ready = log.on_sink_ready();
    switch (config.kind) {
        case SinkConfig::Kind::console:
            return std::make_unique<ConsoleSink>(loop, on_ready, STDOUT_FILENO,
                                                 console_style(STDOUT_FILENO));
        case SinkConfig::Kind::json:
            return std::make_unique<JsonSink>(loop, on_ready, STDOUT_FILENO, run);
        case SinkConfig::Kind::journal:
            return std::make_unique<JournalSink>(loop, on_ready, run);
        case SinkConfig::Kind::nats:
            return std::make_unique<NatsSink>(loop, on_ready, config, run, log.appended() + 1);
        case SinkConfig::Kind::file:
            break;
    }
    return std::make_unique<FileSink>(loop, on_ready, config, run);
}

std::unique_ptr<Sink> make_sink(const SinkHandover& from, EventLog& log, std::string_view run) {
    std::unique_ptr<Sink> sink;
    if (from.config.kind == SinkConfig::Kind::file && sys::adopt(from.fd)) {
        sink = std::make_unique<FileSink>(log.loop(), log.on_sink_ready(), from.config, run,
                                          UniqueFd{from.fd});
    } else {
        sink = make_sink(from.config, log, run);
    }
    sink->take_over(from);
    return sink;
}

}  // namespace hark
