// Errors, as the user reads them.
#pragma once

#include <exception>
#include <string>

namespace hark {

// What `problem` says, in the user's language, UTF-8. A SystemError is translated here; any other
// exception was given its text in that language when it was thrown.
[[nodiscard]] std::string in_user_language(const std::exception& problem);

}  // namespace hark
