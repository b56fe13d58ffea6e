// Arguments of the command line that are sent to the daemon.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hark {

// A client's number. Throws UsageError.
[[nodiscard]] std::uint64_t client_number(const std::string& word);

// The words from `first` on, in the locale's charset, joined by blanks to one line of UTF-8. Throws
// UsageError if they are invalid in that charset.
[[nodiscard]] std::string line_of(const std::vector<std::string>& words, std::size_t first);

}  // namespace hark
