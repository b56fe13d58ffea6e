// A source of records. It never blocks: each call does a bounded amount of work, so that signals
// and output get their turn in between.
//
// A source may leave out what cannot match, but need not: a MessageReader joins messages from their
// parts and filters them. It must not leave out a part if another part of the same message may
// match.
#pragma once

#include "common/record/log_record.hpp"
#include "common/sys/clock.hpp"

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hark {

// How often a source polls for new records that nothing announces.
inline constexpr Duration LOG_POLL_INTERVAL = std::chrono::milliseconds{250};

class LogSource {
   public:
    enum class Step : std::uint8_t {
        record,   // the next one
        working,  // none yet: call again
        waiting,  // none yet: the callback given to the constructor says when to call again
        end,      // no more records for now
        failed,   // trouble() says why
    };

    LogSource() noexcept = default;
    LogSource(const LogSource&) = delete;
    LogSource& operator=(const LogSource&) = delete;
    virtual ~LogSource() = default;

    // `into` may refer to the source's memory: valid until the next call.
    [[nodiscard]] virtual Step next(LogRecord& into) = 0;

    // Whether the ends of connections matter from now on, even if they do not match.
    virtual void want_ends(bool wanted) noexcept { static_cast<void>(wanted); }

    // When following, after `end`: the callback given to the constructor is called once when there
    // may be more.
    virtual void wait() noexcept = 0;

    // Reading backwards, for sources that can: section by section, each section read forward.
    [[nodiscard]] virtual bool can_go_back() const noexcept { return false; }
    // Goes to the section before the previous one; at first, to the last. next() yields its
    // records, then `end`. False: there is none; or, if can_go_back() is false now, what is left
    // can only be read forward, from the beginning.
    [[nodiscard]] virtual bool to_previous_section() { return false; }
    // From now on next() yields all records from the beginning of the last such section on.
    virtual void go_forward() {}

    // Passes on the parts of messages stored shortly before the place where reading began, oldest
    // first, as far as they are easily found. Other records may be among them.
    virtual void read_parts_before(const std::function<void(const LogRecord&)>& take) {
        static_cast<void>(take);
    }

    // Whether only one daemon at a time writes to it, so that a new run ends the messages of an old
    // one.
    [[nodiscard]] virtual bool has_one_writer() const noexcept { return false; }
    // After an `end` that is not the log's end, since the rest is later than what is wanted: goes
    // on with some of the rest, which may complete messages. False: there is no rest.
    [[nodiscard]] virtual bool read_on() { return false; }
    // Whether there may be records that this user is not allowed to read.
    [[nodiscard]] virtual bool may_miss_some() const noexcept { return false; }

    // Why reading failed, in words for people.
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }
    // Entries read that are not valid records.
    [[nodiscard]] std::uint64_t malformed() const noexcept { return malformed_; }
    // The damage found since the last call, in words for people; reading went on without the
    // damaged data.
    [[nodiscard]] std::vector<std::string> take_damage() { return std::exchange(damage_, {}); }

   protected:
    Step fail(std::string trouble) {
        trouble_ = std::move(trouble);
        return Step::failed;
    }
    // Reports it once, however often it is found.
    void report_damage(std::string words) {
        if (reported_.insert(words).second) damage_.push_back(std::move(words));
    }
    void count_malformed() noexcept { ++malformed_; }
    void set_malformed(std::uint64_t count) noexcept { malformed_ = count; }

   private:
    std::string trouble_;
    std::vector<std::string> damage_;
    std::set<std::string> reported_;
    std::uint64_t malformed_ = 0;
};

}  // namespace hark
