// A source of records. It never blocks: each call does a bounded amount of work, so that signals
// and output get their turn in between.
#pragma once

#include "common/record/log_record.hpp"
#include "common/sys/clock.hpp"

#include <cstdint>
#include <string>

namespace hark {

// How often a source polls for new records that nothing announces.
inline constexpr Duration LOG_POLL_INTERVAL = std::chrono::milliseconds{250};

class LogSource {
   public:
    enum class Step : std::uint8_t {
        record,   // the next match
        working,  // no match yet: call again
        end,      // no more records for now
        failed,   // trouble() says why
    };

    LogSource() noexcept = default;
    LogSource(const LogSource&) = delete;
    LogSource& operator=(const LogSource&) = delete;
    virtual ~LogSource() = default;

    [[nodiscard]] virtual Step next(LogRecord& into) = 0;

    // When following, after `end`: the callback given to the constructor is called once when there
    // may be more.
    virtual void wait() noexcept = 0;

    // In words for people.
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }
    // Entries read that are not valid records.
    [[nodiscard]] std::uint64_t malformed() const noexcept { return malformed_; }
    // Whether there may be records that this user is not allowed to read.
    [[nodiscard]] virtual bool may_miss_some() const noexcept { return false; }

   protected:
    Step fail(std::string trouble) {
        trouble_ = std::move(trouble);
        return Step::failed;
    }
    void count_malformed() noexcept { ++malformed_; }

   private:
    std::string trouble_;
    std::uint64_t malformed_ = 0;
};

}  // namespace hark
