// The result of an operation whose failure is explained to people: success, or failure with a
// reason. If the reason is an errno, functions return that instead (calls.hpp).
#pragma once

#include <string>
#include <string_view>

namespace hark {

class [[nodiscard]] Status {
   public:
    // Success.
    Status() noexcept = default;
    // Failure. `reason` must not be empty.
    [[nodiscard]] static Status failed(std::string_view reason) { return Status{reason}; }

    [[nodiscard]] bool ok() const noexcept { return reason_.empty(); }
    // Empty if ok().
    [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

   private:
    explicit Status(std::string_view reason) : reason_{reason} {}

    std::string reason_;
};

}  // namespace hark
