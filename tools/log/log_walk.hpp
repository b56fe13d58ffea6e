// The records of `hark log`, as text, in the order in which they are shown: all of them, the last
// ones, or the newest first.
#pragma once

#include "tools/log/log_options.hpp"
#include "tools/log/record_writer.hpp"
#include "tools/records/message_reader.hpp"

#include <cstddef>
#include <deque>
#include <string>

namespace hark {

class LogWalk {
   public:
    // All must outlive it.
    LogWalk(LogSource& source, LogFilter& filter, RecordWriter& writer, const LogOptions& options);

    // As LogSource::next(); with Step::record, a record has been appended to `into`. With
    // Step::failed, trouble() says why.
    [[nodiscard]] LogSource::Step next(std::string& into);
    // Whether no more will be shown, even if there is more.
    [[nodiscard]] bool has_enough() const noexcept { return shown_ >= most_; }
    // Whether a record has matched, even if it was not shown.
    [[nodiscard]] bool any_matched() const noexcept { return any_matched_; }
    [[nodiscard]] const std::string& trouble() const noexcept {
        return trouble_.empty() ? source_.trouble() : trouble_;
    }

   private:
    enum class Stage : std::uint8_t {
        counting,    // back from the end, to where the last ones begin
        recounting,  // forward from there, since the sections may give other pieces of messages
        forward,     // showing one by one
        holding,     // keeping what is shown later
        giving,      // showing what was kept
    };

    [[nodiscard]] LogSource::Step count();
    [[nodiscard]] LogSource::Step recount();
    void begin_forward();
    void turn_forward();
    [[nodiscard]] LogSource::Step go_forward(std::string& into);
    [[nodiscard]] LogSource::Step hold();
    [[nodiscard]] LogSource::Step give(std::string& into);

    LogSource& source_;
    RecordWriter& writer_;
    const LogOptions& options_;
    MessageReader reader_;
    Stage stage_ = Stage::forward;
    bool backward_;  // section by section
    bool in_section_ = false;
    bool any_section_ = false;
    std::uint64_t found_ = 0;  // counting: records that have their end
    std::uint64_t skip_ = 0;   // forward: how many are not shown
    std::uint64_t most_;       // to be shown
    std::uint64_t shown_ = 0;
    bool any_matched_ = false;
    std::deque<std::string> held_;
    std::size_t held_bytes_ = 0;
    std::string trouble_;
};

}  // namespace hark
