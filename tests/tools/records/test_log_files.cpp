#include "tests/support/temporary_folder.hpp"
#include "tools/records/log_files.hpp"
#include "tools/records/time_spans.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;
using Names = std::vector<std::string>;

namespace {

// A record's line, `second` seconds past the hour, `size` bytes long.
std::string line_at(int second, std::size_t size = 200) {
    std::string time = "2026-11-22T10:00:00.000000Z";
    time[14] = static_cast<char>('0' + second / 600 % 6);
    time[15] = static_cast<char>('0' + second / 60 % 10);
    time[17] = static_cast<char>('0' + second / 10 % 6);
    time[18] = static_cast<char>('0' + second % 10);
    std::string line = R"({"time":")" + time + R"(","run":"5f3a9c01","event":"message","text":")";
    line.resize(size - 3, 'x');
    return line + "\"}\n";
}

WallTime at(int second) {
    return std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + std::chrono::hours{10} +
           std::chrono::seconds{second};
}

struct Folder {
    void write(const std::string& name, const std::string& content = {}) const {
        std::ofstream{folder / name, std::ios::binary} << content;
    }
    [[nodiscard]] Names rotated() const {
        Names names;
        for (const std::string& path : rotated_files(folder / "log")) {
            names.push_back(std::filesystem::path{path}.filename());
        }
        return names;
    }
    test::TemporaryFolder folder;
};

}  // namespace

TEST_CASE("rotated files are in order, and those of other names are not among them") {
    const Folder folder;
    CHECK(folder.rotated().empty());
    for (const char* name :
         {"log", "log.1", "log.2.gz", "log.2", "log.10.xz", "log.3.zst", "log.a", "log.1.bz2",
          "log.gz", "logs.1", "log.", "log-20261122.gz", "log-20261121", "log-2026112109",
          "log-20261122-1795341600", "log-20261122-1795341599.gz", "log-2026", "log-20261122-"}) {
        folder.write(name);
    }
    CHECK(folder.rotated() == Names{"log.10.xz", "log.3.zst", "log.2", "log.1", "log-20261121",
                                    "log-2026112109", "log-20261122.gz",
                                    "log-20261122-1795341599.gz", "log-20261122-1795341600"});
}

TEST_CASE("of a plain file, little more is read than the times that are wanted") {
    const Folder folder;
    constexpr std::int64_t LINE = 4096;
    std::string content;
    for (int second = 0; second < 3000; ++second) content += line_at(second, LINE);
    folder.write("log", content);
    std::vector<LogFile> files(1);
    REQUIRE(open_log_file(folder.folder / "log", files[0]) == 0);
    const auto spans = find_spans(files, at(1500), at(1510));
    REQUIRE(spans.size() == 1);
    CHECK(spans[0].from <= 1500 * LINE);
    CHECK(spans[0].to >= 1511 * LINE);
    CHECK(spans[0].from % LINE == 0);
    CHECK(spans[0].to % LINE == 0);
    CHECK(spans[0].to - spans[0].from < 512 * 1024);
    CHECK(find_spans(files, std::nullopt, std::nullopt).size() == 1);
    CHECK(find_spans(files, at(-5000), at(-4000))[0].to < 256 * 1024);
    const auto later = find_spans(files, at(3100), std::nullopt);
    REQUIRE(later.size() == 1);
    CHECK(later[0].from > 2900 * LINE);
    CHECK(later[0].to == -1);
}

TEST_CASE("what is called compressed is, whatever it is") {
    const Folder folder;
    folder.write("log.gz", "not compressed\n");
    LogFile file;
    REQUIRE(open_log_file(folder.folder / "log.gz", file) == 0);
    CHECK(file.compression == Compression::gzip);
    char byte = '\0';
    CHECK(file.stream()->read(&byte, 1) == ByteStream::DAMAGED);
    CHECK(open_log_file(folder.folder / "none", file) == -ENOENT);
    CHECK(open_log_file(folder.folder / ".", file) == -EISDIR);
    CHECK(open_log_file("/dev/null", file) == -ESPIPE);
}
