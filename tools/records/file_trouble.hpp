// Why a file cannot be read, in words for people.
#pragma once

#include <string>

namespace hark {

// `error`: a positive errno. ESPIPE: it is not a regular file; EBADMSG: its compressed data is
// damaged; EMEDIUMTYPE: it is a journal file that comes through a pipe.
[[nodiscard]] std::string cannot_read_file(const std::string& path, int error);

}  // namespace hark
