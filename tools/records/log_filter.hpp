// Selects the records that the user wants.
#pragma once

#include "common/record/log_record.hpp"
#include "tools/records/line_sieve.hpp"
#include "tools/records/log_selection.hpp"
#include "tools/records/pattern_literal.hpp"
#include "tools/records/text_pattern.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hark {

class LogFilter {
   public:
    // `selection` must outlive it. Throws UsageError for an invalid pattern.
    explicit LogFilter(const LogSelection& selection);

    [[nodiscard]] const LogSelection& selection() const noexcept { return selection_; }
    [[nodiscard]] bool matches(const LogRecord& record);

    // Whether a record of this time may match; true also if `time` is not a valid time.
    [[nodiscard]] bool may_match_time(std::string_view time) const noexcept;
    // Whether the record in this line of JSON may match, as far as its time tells.
    [[nodiscard]] bool may_match_line(std::string_view line) const noexcept;
    // Finds the lines of JSON that may match; nothing if that would find almost all.
    [[nodiscard]] std::optional<LineSieve> sieve() const;
    // Nothing if any text matches.
    [[nodiscard]] const std::optional<TextPattern>& pattern() const noexcept { return pattern_; }
    // A string that all matching texts have; nothing if none is known.
    [[nodiscard]] std::optional<PatternLiteral> literal() const;

    // Records left out because matching the pattern would have taken too long.
    [[nodiscard]] std::uint64_t given_up() const noexcept { return given_up_; }
    // Resets that count: these records will be read again.
    void forget_given_up() noexcept { given_up_ = 0; }

   private:
    [[nodiscard]] bool matches_time(WallTime time) const noexcept;
    [[nodiscard]] bool matches_pattern(const LogRecord& record);

    const LogSelection& selection_;
    std::string since_;  // as records have it; empty: none
    std::string until_;
    std::optional<TextPattern> pattern_;
    RecordView view_;
    std::string words_;
    std::uint64_t given_up_ = 0;
};

}  // namespace hark
