// The error policy, in two lanes.
//
// Start-up, configuration and command lines throw: SystemError carries a verb, an object and the
// kernel's reason ("cannot bind [::]:8765: Address already in use"), which main() prints. All of it
// is in the language of the locale.
//
// The loop's path never throws. System calls there return a value, or -errno, and the caller
// decides at the call what each errno means.
#pragma once

#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

namespace hark {

// The C library's words for `error`, a positive errno, in English ("Broken pipe"): for records.
[[nodiscard]] std::string errno_text(int error);

class SystemError : public std::runtime_error {
   public:
    // `error`: a positive errno. `what`: verb and object, "cannot bind [::]:8765".
    SystemError(int error, std::string_view what)
        : std::runtime_error{std::string{what} + ": " + std::strerror(error)}, error_{error} {}

    // A positive errno.
    [[nodiscard]] int error() const noexcept { return error_; }

   private:
    int error_;
};

}  // namespace hark
