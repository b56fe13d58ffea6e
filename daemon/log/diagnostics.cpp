#include "daemon/log/diagnostics.hpp"

#include "daemon/log/event_log.hpp"

#include <array>
#include <string>

#include <spdlog/details/null_mutex.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

namespace hark {

namespace {

class RecordSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
   public:
    explicit RecordSink(EventLog& log) noexcept : log_{log} {}

   private:
    void sink_it_(const spdlog::details::log_msg& line) override {
        const auto level = spdlog::level::to_string_view(line.level);
        const std::array details{
            Detail{Key::level, std::string_view{level.data(), level.size()}},
            Detail{Key::text, std::string_view{line.payload.data(), line.payload.size()}}};
        log_.append(
            {.event = Event::diagnostic, .time = log_.loop().wall_now(), .details = details});
    }
    void flush_() override {}  // the log writes once per round

    EventLog& log_;
};

}  // namespace

struct Diagnostics::Logger {
    explicit Logger(EventLog& log) : logger{"harkd", std::make_shared<RecordSink>(log)} {}
    spdlog::logger logger;
};

Diagnostics::Diagnostics(EventLog& log) : logger_{std::make_unique<Logger>(log)} {}
Diagnostics::~Diagnostics() = default;

void Diagnostics::set_level(std::string_view level) {
    logger_->logger.set_level(spdlog::level::from_str(std::string{level}));
}

void Diagnostics::write(Level level, fmt::string_view format, fmt::format_args values) {
    static constexpr std::array LEVELS{spdlog::level::debug, spdlog::level::info,
                                       spdlog::level::warn, spdlog::level::err};
    const auto at = LEVELS[static_cast<std::size_t>(level)];
    if (logger_->logger.should_log(at)) logger_->logger.log(at, fmt::vformat(format, values));
}

}  // namespace hark
