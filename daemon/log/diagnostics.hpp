// Messages about the daemon itself. They go through spdlog, which only diagnostics.cpp includes
// since it takes seconds to compile, and reach the log as `diagnostic` records.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <fmt/core.h>

namespace hark {

class EventLog;

class Diagnostics {
   public:
    // Appends to `log`, which must outlive it. For the loop's thread only.
    explicit Diagnostics(EventLog& log);
    ~Diagnostics();
    Diagnostics(const Diagnostics&) = delete;
    Diagnostics& operator=(const Diagnostics&) = delete;

    template <typename... Values>
    void debug(fmt::format_string<Values...> format, const Values&... values) {
        write(Level::debug, format, fmt::make_format_args(values...));
    }
    template <typename... Values>
    void info(fmt::format_string<Values...> format, const Values&... values) {
        write(Level::info, format, fmt::make_format_args(values...));
    }
    template <typename... Values>
    void warn(fmt::format_string<Values...> format, const Values&... values) {
        write(Level::warning, format, fmt::make_format_args(values...));
    }
    template <typename... Values>
    void error(fmt::format_string<Values...> format, const Values&... values) {
        write(Level::error, format, fmt::make_format_args(values...));
    }

    // The lowest level to record: "debug", "info" (the default), "warning" or "error".
    void set_level(std::string_view level);

   private:
    enum class Level : std::uint8_t { debug, info, warning, error };
    struct Logger;

    void write(Level level, fmt::string_view format, fmt::format_args values);

    std::unique_ptr<Logger> logger_;
};

}  // namespace hark
