// Selects the records that the user wants.
#pragma once

#include "common/record/log_record.hpp"
#include "tools/log/log_options.hpp"
#include "tools/log/text_pattern.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hark {

class LogFilter {
   public:
    // `options` must outlive it. Throws UsageError for an invalid pattern.
    explicit LogFilter(const LogOptions& options);

    [[nodiscard]] const LogOptions& options() const noexcept { return options_; }

    // Whether a record of this time may match; true also if `time` is not a valid time.
    [[nodiscard]] bool may_match_time(std::string_view time) const noexcept;
    [[nodiscard]] bool matches(const LogRecord& record);

    // Records left out because matching the pattern would have taken too long.
    [[nodiscard]] std::uint64_t given_up() const noexcept { return given_up_; }

   private:
    [[nodiscard]] bool matches_time(WallTime time) const noexcept;
    [[nodiscard]] bool matches_pattern(const LogRecord& record);

    const LogOptions& options_;
    std::optional<TextPattern> pattern_;
    RecordView view_;
    std::string words_;
    std::uint64_t given_up_ = 0;
};

}  // namespace hark
