// What hark says of itself: a line on standard error, in the user's language and charset. All text
// given here is UTF-8.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace hark {

// Writes `text`, any number of lines, to standard error, each line as "hark: LINE".
void complain(std::string_view text);

// The same for a translated format and what belongs into it.
template <typename... Arguments>
void complain_of(const char* format, const Arguments&... arguments) {
    complain(fmt::format(fmt::runtime(format), arguments...));
}

// The exit status where standard output takes no more, because of `error`, a positive errno: a
// reader that has gone is none of our business, anything else is said.
[[nodiscard]] int status_of_lost_output(int error);

// Writes `text` to standard output in the locale's charset. Returns the exit status, as above.
[[nodiscard]] int print_all(std::string_view text);
// The same of bytes that are in the right charset already.
[[nodiscard]] int print_bytes(std::string_view bytes);

// Writes all of `bytes` to `fd`, which may make it wait. Returns 0 or -errno.
int write_all(int fd, std::string_view bytes) noexcept;

}  // namespace hark
