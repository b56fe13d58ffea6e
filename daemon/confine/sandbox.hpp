// What harkd may still do once it is running: a filter of system calls, and the folders it may
// write to. Whatever runs after it in the same process inherits both.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

    // Which folders may be written to, and no others; nothing: any. And what another program has
    // left to this process, instead of enter().
    [[nodiscard]] std::optional<std::vector<std::string>> writable_folders() const {
        return writing_is_limited_ ? std::optional{folders_} : std::nullopt;
    }
    void inherit(std::optional<std::vector<std::string>> writable_folders) {
        writing_is_limited_ = writable_folders.has_value();
        folders_ = std::move(writable_folders).value_or(std::vector<std::string>{});
    }

    // Whether a file at `path` can be created and written. Also true if nothing is known about it,
    // because its folder does not exist: opening it says that better.
    [[nodiscard]] bool may_write(const std::string& path) const;

   private:
    // Canonical paths.
    std::vector<std::string> folders_;
    bool writing_is_limited_ = false;
};

}  // namespace hark
