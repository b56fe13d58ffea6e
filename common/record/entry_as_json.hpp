// From one form of a record to the other: a file takes over the entries that a journal sink holds
// and cannot send.
#pragma once

#include <string>
#include <string_view>

namespace hark {

// Appends `entry`, which JournalEntries has rendered, as the line that JsonLines renders of the
// same record, with its LF.
void append_entry_as_json(std::string& into, std::string_view entry);

}  // namespace hark
