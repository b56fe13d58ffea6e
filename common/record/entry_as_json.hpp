// Converts records between two forms, for a file that takes over entries that a journal sink holds
// and cannot send.
#pragma once

#include <string>
#include <string_view>

namespace hark {

// Appends `entry`, rendered by JournalEntries, as the line, with LF, that JsonLines renders for the
// same record.
void append_entry_as_json(std::string& into, std::string_view entry);

}  // namespace hark
