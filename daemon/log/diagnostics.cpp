#include "daemon/log/diagnostics.hpp"

#include <array>

#include <spdlog/details/null_mutex.h>
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
    void flush_() override {}  // the log writes once a round

    EventLog& log_;
};

}  // namespace

std::shared_ptr<spdlog::logger> make_diagnostics(EventLog& log) {
    return std::make_shared<spdlog::logger>("harkd", std::make_shared<RecordSink>(log));
}

}  // namespace hark
