// A test's own folder, deleted with the object, and files by name.
#pragma once

#include "tests/support/sockets.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include <unistd.h>

namespace hark::test {

class TemporaryFolder {
   public:
    TemporaryFolder() {
        if (::mkdtemp(path_) == nullptr) throw SystemError{errno, "mkdtemp"};
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] std::string operator/(std::string_view name) const {
        return std::string{path_}.append("/").append(name);
    }

   private:
    char path_[32] = "/tmp/hark-test-XXXXXX";
};

inline void write_file(const std::string& path, std::string_view text) {
    std::ofstream{path, std::ios::binary} << text;
}

[[nodiscard]] inline std::string file_text(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

}  // namespace hark::test
