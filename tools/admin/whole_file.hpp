// Replaces a file as a whole: readers see either the old file or the new one.
#pragma once

#include <string>
#include <string_view>

namespace hark {

// Writes `bytes` to a temporary file beside `path` and renames it. Throws SystemError; then the old
// file is unchanged and the temporary one is gone.
void replace_file(const std::string& path, std::string_view bytes);

}  // namespace hark
