// Where records are read from. A source never waits: it does a bounded piece of work a call, so
// that signals and the output have their turn in between.
#pragma once

#include "common/record/log_record.hpp"
#include "common/sys/clock.hpp"

#include <cstdint>
#include <string>

namespace hark {

// How often a source looks for new records that nothing announces.
inline constexpr Duration LOG_POLL_INTERVAL = std::chrono::milliseconds{250};

class LogSource {
   public:
    enum class Step : std::uint8_t {
        record,   // the next one that is asked for
        working,  // none yet: call again
        end,      // there are no more now
        failed,   // trouble() says why
    };

    LogSource() noexcept = default;
    LogSource(const LogSource&) = delete;
    LogSource& operator=(const LogSource&) = delete;
    virtual ~LogSource() = default;

    [[nodiscard]] virtual Step next(LogRecord& into) = 0;

    // After `end`, when following: the callback that the source was made with is called once there
    // may be more.
    virtual void wait() noexcept = 0;

    // For a person.
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }
    // What was read and is no record.
    [[nodiscard]] std::uint64_t malformed() const noexcept { return malformed_; }
    // Whether there may be records that this user must not read.
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
