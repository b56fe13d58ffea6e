// What became of something that can fail for a reason that a person is told: done, or not, and why.
// Where the reason is an errno, the call returns that instead (calls.hpp).
#pragma once

#include <string>
#include <string_view>

namespace hark {

class [[nodiscard]] Status {
   public:
    // Done.
    Status() noexcept = default;
    // Not done. `reason`: not empty.
    [[nodiscard]] static Status failed(std::string_view reason) { return Status{reason}; }

    [[nodiscard]] bool ok() const noexcept { return reason_.empty(); }
    // Empty when it is ok().
    [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

   private:
    explicit Status(std::string_view reason) : reason_{reason} {}

    std::string reason_;
};

}  // namespace hark
