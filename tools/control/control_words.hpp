// Words of the command line that go to the daemon.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hark {

// The number of a client. Throws UsageError.
[[nodiscard]] std::uint64_t client_number(const std::string& word);

// The words from `first` on, which are in the charset of the locale, as one line of UTF-8, with
// blanks between them. Throws UsageError when they are no text in it.
[[nodiscard]] std::string line_of(const std::vector<std::string>& words, std::size_t first);

}  // namespace hark
