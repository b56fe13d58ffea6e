// Error messages in the user's language.
#pragma once

#include <exception>
#include <string>

namespace hark {

// The message of `problem` in the user's language, UTF-8. A SystemError is translated here; any
// other exception already has translated text.
[[nodiscard]] std::string in_user_language(const std::exception& problem);

}  // namespace hark
