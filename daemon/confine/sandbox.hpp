// What harkd may still do once it is running: a filter of system calls, and the folders it may
// write to. Whatever runs after it in the same process inherits both.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hark {

class Sandbox {
   public:
    // Adds the folder of `path`, a file that harkd creates or writes, and that of the file behind
    // it if it is a symbolic link. Call before enter().
    void add_folder_of(const std::string& path);

    struct Outcome {
        // What the kernel does not have.
        std::vector<std::string_view> missing;
        // What could not be installed although the kernel has it, and why.
        std::vector<std::string> failed;
    };
    // Confines this process for good, and goes without what the kernel does not have. Writing is
    // limited only if folders have been added.
    [[nodiscard]] Outcome enter();

    // Whether a file at `path` can be created and written. Also true if nothing is known about it,
    // because its folder does not exist: opening it says that better.
    [[nodiscard]] bool may_write(const std::string& path) const;

   private:
    // Canonical paths.
    std::vector<std::string> folders_;
    bool writing_is_limited_ = false;
};

}  // namespace hark
