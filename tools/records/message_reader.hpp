// Gives the wanted records of a source, with messages reassembled.
#pragma once

#include "tools/records/log_filter.hpp"
#include "tools/records/log_source.hpp"
#include "tools/records/message_joiner.hpp"

namespace hark {

class MessageReader {
   public:
    // `source` and `filter` must outlive it. `follow`: more may come after the end.
    MessageReader(LogSource& source, LogFilter& filter, bool follow) noexcept
        : source_{source}, filter_{filter}, follow_{follow} {}

    // As LogSource::next(); after Step::record, record() returns the record.
    [[nodiscard]] LogSource::Step next();
    // Valid until the next call.
    [[nodiscard]] const LogRecord& record() const noexcept { return *record_; }

    // Whether any messages were incomplete, including those that do not match.
    [[nodiscard]] bool any_pieces() const noexcept { return any_pieces_; }

    // As in LogSource.
    [[nodiscard]] bool to_previous_section();
    void go_forward();

   private:
    // Whether an ended message matches; it is then record_.
    [[nodiscard]] bool take_ended();
    [[nodiscard]] bool matches(const LogRecord& record);
    [[nodiscard]] bool take(const LogRecord& record);

    LogSource& source_;
    LogFilter& filter_;
    bool follow_;
    MessageJoiner joiner_;
    LogRecord read_;
    const LogRecord* record_ = nullptr;
    bool pending_ = false;         // read_ is still to be added
    bool sought_earlier_ = false;  // the parts before the beginning have been added
    bool has_read_on_ = false;     // past the end, for the rest of messages
    bool in_section_ = false;
    bool newest_section_ = false;
    bool at_end_ = false;  // of the section or of all
    bool any_pieces_ = false;
};

}  // namespace hark
