// A file that is replaced as a whole: who reads it sees the old one or the new one.
#pragma once

#include <string>
#include <string_view>

namespace hark {

// Writes `bytes` beside `path` and gives it that name. Throws SystemError; then the old one stays,
// and nothing else.
void replace_file(const std::string& path, std::string_view bytes);

}  // namespace hark
