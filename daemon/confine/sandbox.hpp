// Limits what harkd can do once it is running: a filter of system calls, and the folders that it
// may write to. Programs that it executes inherit both.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hark {

class Sandbox {
   public:
    // Adds the folder of `path`, a file that harkd creates or writes, and that of its target if it
    // is a symbolic link. Call before enter().
    void add_folder_of(const std::string& path);

    struct Outcome {
        // What the kernel does not support.
        std::vector<std::string_view> missing;
        // What the kernel supports but could not be installed, and why.
        std::vector<std::string> failed;
    };
    // Confines this process for good, as far as the kernel supports it. Writing is limited only if
    // folders have been added.
    [[nodiscard]] Outcome enter();

    // The only folders that may be written to; nullopt: no limit. Instead of enter(), inherit()
    // takes over the limit that the predecessor set for this process.
    [[nodiscard]] std::optional<std::vector<std::string>> writable_folders() const {
        return writing_is_limited_ ? std::optional{folders_} : std::nullopt;
    }
    void inherit(std::optional<std::vector<std::string>> writable_folders) {
        writing_is_limited_ = writable_folders.has_value();
        folders_ = std::move(writable_folders).value_or(std::vector<std::string>{});
    }

    // Whether a file at `path` can be created and written. Also true if its folder does not exist:
    // opening the file gives the better error.
    [[nodiscard]] bool may_write(const std::string& path) const;

   private:
    // Canonical paths.
    std::vector<std::string> folders_;
    bool writing_is_limited_ = false;
};

}  // namespace hark
