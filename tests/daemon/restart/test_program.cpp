#include "daemon/restart/program.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cerrno>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>

using namespace hark;
using namespace hark::test;

namespace {

Program program(const std::vector<const char*>& words) {
    return program_of(static_cast<int>(words.size()), words.data());
}

}  // namespace

TEST_CASE("program: its path is that of its first word, made absolute") {
    CHECK(program({"/usr/sbin/harkd"}).path == "/usr/sbin/harkd");
    const std::string here = std::filesystem::current_path().string();
    CHECK(program({"bin/harkd"}).path == here + "/bin/harkd");
    CHECK(program({"./harkd"}).path == here + "/./harkd");
    // Found in $PATH, so it is the one that runs.
    const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
    CHECK(program({"harkd"}).path == self);
    CHECK(program({}).path == self);
}

TEST_CASE("program: its name and its arguments stay, with an option in front") {
    const Program harkd = program({"harkd", "--config", "a file", ""});
    CHECK(harkd.name == "harkd");
    CHECK(harkd.arguments == std::vector<std::string>{"--config", "a file", ""});
    CHECK(command_line(harkd, "--take-over", 17) ==
          std::vector<std::string>{"harkd", "--take-over", "17", "--config", "a file", ""});
}

TEST_CASE("program: a file that was replaced or written to is another one") {
    const TemporaryFolder folder;
    const std::string path = folder / "program";
    CHECK(FileIdentity::of(path) == FileIdentity::of(folder / "another that is missing"));
    write_file(path, "one");
    const FileIdentity first = FileIdentity::of(path);
    CHECK(FileIdentity::of(path) == first);
    CHECK_FALSE(FileIdentity::of(folder / "missing") == first);
    write_file(folder / "new", "one");
    std::filesystem::rename(folder / "new", path);
    const FileIdentity second = FileIdentity::of(path);
    CHECK_FALSE(second == first);
    // A symbolic link is the file that it names.
    std::filesystem::create_symlink(path, folder / "link");
    CHECK(FileIdentity::of(folder / "link") == second);
}

TEST_CASE("program: what cannot be executed says why, and nothing has changed") {
    const TemporaryFolder folder;
    Program harkd{.path = folder / "missing", .name = "harkd", .arguments = {}};
    CHECK(execute(harkd, {"harkd"}, {}) == ENOENT);
    harkd.path = folder / "text";
    write_file(harkd.path, "neither a script nor a program");
    CHECK(execute(harkd, {"harkd"}, {}) == EACCES);
    REQUIRE(::chmod(harkd.path.c_str(), 0755) == 0);
    CHECK(execute(harkd, {"harkd"}, {}) == ENOEXEC);
}
