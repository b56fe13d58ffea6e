// Messages on standard error, and plain output, in the locale's charset. All text passed here is
// UTF-8.
#pragma once

#include "common/locale/i18n.hpp"

#include <string>
#include <string_view>

namespace hark {

// Writes `text`, any number of lines, to standard error, each line as "hark: LINE".
void print_error(std::string_view text);

// The same for a translated format string and its arguments.
template <typename First, typename... Others>
void print_error(const char* format, const First& first, const Others&... others) {
    print_error(formatted(format, first, others...));
}

// The exit status after a write to standard output failed with `error`, a positive errno. A reader
// that closed its end is not an error of ours; anything else is reported.
[[nodiscard]] int status_of_lost_output(int error);

// Writes `text` to standard output in the locale's charset. Returns the exit status, as above.
[[nodiscard]] int print_all(std::string_view text);
// The same for bytes already in the right charset.
[[nodiscard]] int print_bytes(std::string_view bytes);

// Writes all of `bytes` to `fd`; may block. Returns 0 or -errno.
int write_all(int fd, std::string_view bytes) noexcept;

}  // namespace hark
