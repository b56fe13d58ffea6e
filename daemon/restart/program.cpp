#include "daemon/restart/program.hpp"

#include "common/sys/inheritance.hpp"

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

namespace hark {

Program program_of(int argc, const char* const* argv) {
    Program program;
    if (argc > 0) program.name = argv[0];
    for (int index = 1; index < argc; ++index) program.arguments.emplace_back(argv[index]);
    std::error_code error;
    // A name without a slash was found in $PATH. Ask the kernel where now: after an upgrade, it
    // would name a deleted file.
    program.path = program.name.find('/') == std::string::npos
                       ? std::filesystem::read_symlink("/proc/self/exe", error).string()
                       : std::filesystem::absolute(program.name, error).string();
    return program;
}

FileIdentity FileIdentity::of(const std::string& path) noexcept {
    FileIdentity identity;
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return identity;
    identity.device_ = status.st_dev;
    identity.inode_ = status.st_ino;
    identity.written_seconds_ = status.st_ctim.tv_sec;
    identity.written_nanoseconds_ = status.st_ctim.tv_nsec;
    return identity;
}

std::vector<std::string> command_line(const Program& program, const char* option, int value) {
    std::vector<std::string> line{program.name, option, std::to_string(value)};
    line.insert(line.end(), program.arguments.begin(), program.arguments.end());
    return line;
}

std::vector<char*> pointers_to(const std::vector<std::string>& line) {
    std::vector<char*> pointers;
    pointers.reserve(line.size() + 1);
    for (const std::string& word : line) pointers.push_back(const_cast<char*>(word.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

int execute(const Program& program, const std::vector<std::string>& line,
            std::span<const int> inherited) {
    const std::vector<char*> arguments = pointers_to(line);
    for (const int fd : inherited) sys::set_inherited(fd, true);
    ::execve(program.path.c_str(), arguments.data(), environ);
    const int error = errno;
    for (const int fd : inherited) sys::set_inherited(fd, false);
    return error;
}

}  // namespace hark
