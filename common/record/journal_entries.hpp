// Records as journal entries: the keys of the JSON Lines in upper case with the prefix HARK_, and
// the fields that journalctl(1) shows and sorts by.
#pragma once

#include "common/record/record.hpp"
#include "common/record/record_head.hpp"
#include "common/record/record_values.hpp"

#include <array>
#include <string>
#include <string_view>

namespace hark {

class JournalEntries {
   public:
    // The most fields that an entry can have.
    static constexpr std::size_t MAX_FIELDS = 20;

    // `run` identifies this run of the daemon in every record.
    explicit JournalEntries(std::string_view run);

    // Appends `record` as one entry.
    void append(std::string& into, const Record& record);

   private:
    void append_origin(std::string& into, const Record& record);

    // The fields common to all records of an event.
    std::array<std::string, EVENTS> heads_;
    TimeText time_;
    RecordHead origin_;
};

}  // namespace hark
