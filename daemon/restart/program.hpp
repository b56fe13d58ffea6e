// The program that this process was started as, and the one that is at its path now.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

namespace hark {

struct Program {
    std::string path;                    // absolute; of argv[0], symbolic links unresolved
    std::string name;                    // argv[0]
    std::vector<std::string> arguments;  // the other arguments, without those of a restart
};

// As started with `argc` and `argv`. Call it before the working directory changes.
[[nodiscard]] Program program_of(int argc, const char* const* argv);

// Which file a path names, and whether it has been written to since.
class FileIdentity {
   public:
    [[nodiscard]] static FileIdentity of(const std::string& path) noexcept;
    friend bool operator==(const FileIdentity&, const FileIdentity&) = default;

   private:
    dev_t device_ = 0;
    ino_t inode_ = 0;
    std::int64_t written_seconds_ = 0;
    std::int64_t written_nanoseconds_ = 0;
};

// The command line with `option` and `value` in front of the program's arguments.
[[nodiscard]] std::vector<std::string> command_line(const Program& program, const char* option,
                                                    int value);

// The array for execve(2) and posix_spawn(3), which only read it; valid while `line` lives.
[[nodiscard]] std::vector<char*> pointers_to(const std::vector<std::string>& line);

// Executes the program in place of this one. Of descriptors that are close-on-exec, only those in
// `inherited` stay open. On failure, returns a positive errno, and nothing has changed.
[[nodiscard]] int execute(const Program& program, const std::vector<std::string>& line,
                          std::span<const int> inherited);

}  // namespace hark
