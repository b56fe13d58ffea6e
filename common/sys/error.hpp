// The error policy.
//
// Start-up, configuration and command lines throw: a SystemError has a verb, an object and the
// kernel's reason ("cannot bind [::]:8765: Address already in use"). The code that prints it
// translates it (in_user_language(), common/locale/translated.hpp).
//
// The loop's path never throws. System calls there return a value or -errno, and the caller decides
// what each errno means.
#pragma once

#include "common/sys/message_id.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace hark {

// The C library's text for `error`, a positive errno, in English ("Broken pipe"): for records.
[[nodiscard]] std::string errno_text(int error);

// `message` with its first "{}", if any, replaced by `object`.
[[nodiscard]] std::string with_object(std::string_view message, std::string_view object);

class SystemError : public std::runtime_error {
   public:
    // `error`: a positive errno. `message`: a message id marked with N_, with "{}" for `object`:
    // "cannot bind {}". what() is in English.
    SystemError(int error, std::string_view message, std::string_view object);
    // Without an object: `message` is used unchanged.
    SystemError(int error, std::string_view message);

    // A positive errno.
    [[nodiscard]] int error() const noexcept { return error_; }
    [[nodiscard]] const std::string& message() const noexcept { return message_; }
    // Empty if there is none.
    [[nodiscard]] const std::string& object() const noexcept { return object_; }

   private:
    int error_;
    std::string message_;
    std::string object_;
};

}  // namespace hark
