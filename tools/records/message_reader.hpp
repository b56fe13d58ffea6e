// The records of a source that are wanted, with messages whole.
#pragma once

#include "tools/records/log_filter.hpp"
#include "tools/records/log_source.hpp"
#include "tools/records/message_joiner.hpp"

namespace hark {

class MessageReader {
   public:
    // Both must outlive it. `follow`: the end is not the end.
    MessageReader(LogSource& source, LogFilter& filter, bool follow) noexcept
        : source_{source}, filter_{filter}, follow_{follow} {}

    // As LogSource::next(); after Step::record, record() is the one.
    [[nodiscard]] LogSource::Step next();
    // Valid until the next call.
    [[nodiscard]] const LogRecord& record() const noexcept { return *record_; }

    // Whether there were messages that are not whole, also such as do not match.
    [[nodiscard]] bool any_pieces() const noexcept { return any_pieces_; }

    // As of LogSource.
    [[nodiscard]] bool to_previous_section();
    void go_forward();

   private:
    // Whether there is one that matches; it is then record_.
    [[nodiscard]] bool take_ended();
    [[nodiscard]] bool matches(const LogRecord& record);
    [[nodiscard]] bool take(const LogRecord& record);

    LogSource& source_;
    LogFilter& filter_;
    bool follow_;
    MessageJoiner joiner_;
    LogRecord read_;
    const LogRecord* record_ = nullptr;
    bool pending_ = false;         // read_ is to be added yet
    bool sought_earlier_ = false;  // the parts before the beginning have been added
    bool has_read_on_ = false;     // behind the end, for the rest of messages
    bool in_section_ = false;
    bool newest_section_ = false;
    bool at_end_ = false;  // of the section or of all
    bool any_pieces_ = false;
};

}  // namespace hark
