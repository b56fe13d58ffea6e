// From one form of a record to the other: what a journal sink holds and cannot get rid of goes to a
// file after all.
#pragma once

#include <string>
#include <string_view>

namespace hark {

// Appends `entry`, one that JournalEntries has made, as the line that JsonLines makes of the same
// record, with its LF.
void append_entry_as_json(std::string& into, std::string_view entry);

}  // namespace hark
