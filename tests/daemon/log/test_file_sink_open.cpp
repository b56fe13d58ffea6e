// What a log file may be, and what happens to its end.
#include "tests/daemon/log/file_sink_fixture.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>

using namespace hark;
using namespace std::string_literals;
using faults::Call;
using test::FileSinkFixture;

namespace {

mode_t mode_of(const std::string& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

class Umask {
   public:
    explicit Umask(mode_t mask) noexcept : before_{::umask(mask)} {}
    ~Umask() { ::umask(before_); }
    Umask(const Umask&) = delete;
    Umask& operator=(const Umask&) = delete;

   private:
    mode_t before_;
};

}  // namespace

TEST_CASE_FIXTURE(FileSinkFixture, "file: a new one has mode 0640, whatever the umask") {
    for (const mode_t mask : {0000U, 0022U, 0077U, 0777U}) {
        const Umask umask{mask};
        const auto sink = open();
        CHECK(mode_of(path) == 0640);
        CHECK(sink->name() == "file:" + path);
        CHECK(sink->take_remark().empty());
        std::filesystem::remove(path);
    }
}

TEST_CASE_FIXTURE(FileSinkFixture, "file: with sync its name is on the disk before any record") {
    {
        faults::Script script;
        const auto sink = open(true);
        CHECK(script.calls(Call::fdatasync) == 1);
        std::filesystem::remove(path);
        CHECK(sink->reopen().empty());
        CHECK(script.calls(Call::fdatasync) == 2);
        sink->reconfigure({.kind = SinkConfig::Kind::file, .path = path, .sync = false});
        sink->reconfigure({.kind = SinkConfig::Kind::file, .path = path, .sync = true});
        CHECK(script.calls(Call::fdatasync) == 3);
    }
    faults::Script script;
    script.fail(Call::fdatasync, EIO, {.times = 1});
    CHECK_THROWS_WITH(static_cast<void>(open(true)),
                      ("cannot sync the folder of " + path + ": Input/output error").c_str());
    script.fail(Call::fdatasync, EINVAL, {.times = 1});
    CHECK(open(true)->take_remark().empty());
    CHECK(open(false)->take_remark().empty());
}

TEST_CASE_FIXTURE(FileSinkFixture, "file: one that exists is appended to and keeps its mode") {
    test::write_file(path, "{\"old\":1}\n");
    REQUIRE(::chmod(path.c_str(), 0600) == 0);
    const auto sink = open();
    const std::string lines = append(*sink, 1, 2);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(text() == "{\"old\":1}\n" + lines);
    CHECK(mode_of(path) == 0600);
}

TEST_CASE_FIXTURE(FileSinkFixture, "file: a torn last line is cut off") {
    const std::string whole = "{\"old\":1}\n";
    const std::string torn[] = {
        "{",
        "{\"time\":\"2026-",
        "{\"raw\":\"" + std::string(20'000, 'x'),
        std::string(1, '\0'),
        std::string(100'000, '\0'),  // a disk that lost power
        "{\"ti" + std::string(9000, '\0'),
    };
    for (const std::string& before : {""s, whole, whole + whole}) {
        for (const std::string& tail : torn) {
            CAPTURE(before.size());
            CAPTURE(tail.size());
            test::write_file(path, before + tail);
            const auto sink = open();
            CHECK(text() == before);
            CHECK(sink->take_remark() ==
                  fmt::format("cut off {} bytes of a torn line at the end of file:{}", tail.size(),
                              path));
            CHECK(sink->take_remark().empty());
            const std::string lines = append(*sink, 1, 1);
            CHECK(sink->commit() == SinkState::clear);
            CHECK(text() == before + lines);
        }
    }
}

TEST_CASE_FIXTURE(FileSinkFixture, "file: what ends with whole lines stays as it is") {
    for (const std::string& lines :
         {""s, "\n"s, "{}\n"s, "any text\n"s, std::string(8192, '\n'),
          std::string(8191, 'x') + "\n", std::string(8192, 'x') + "\n"}) {
        test::write_file(path, lines);
        CHECK(open()->take_remark().empty());
        CHECK(text() == lines);
    }
}

TEST_CASE_FIXTURE(FileSinkFixture, "file: a foreign text is refused and stays as it is") {
    for (const std::string& foreign :
         {"no line end"s, "{}\nno line end"s, "{}\n" + std::string(9000, 'x'),
          "{}\n{" + std::string(200'000, 'x'), "{" + std::string(200'000, 'x')}) {
        test::write_file(path, foreign);
        CHECK(problem() ==
              "cannot log to " + path + ": it does not end with a line that harkd wrote");
        CHECK(text() == foreign);
    }
}

TEST_CASE_FIXTURE(FileSinkFixture, "file: a second writer is refused") {
    const auto sink = open();
    CHECK(problem() ==
          "cannot log to " + path + ": another program has locked it, perhaps a second harkd");
}

TEST_CASE_FIXTURE(FileSinkFixture, "file: only a regular file will do") {
    const std::string wrong = "cannot log to " + path + ": not a regular file";
    REQUIRE(::mkdir(path.c_str(), 0700) == 0);
    CHECK(problem() == wrong);
    std::filesystem::remove(path);
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    CHECK(problem() == wrong);
    std::filesystem::remove(path);
    std::filesystem::create_symlink("/dev/null", path);
    CHECK(problem() == wrong);
}

TEST_CASE_FIXTURE(FileSinkFixture, "file: what keeps it from being opened is said") {
    path = folder / "missing/log.jsonl";
    CHECK(problem() == "cannot open " + path + ": No such file or directory");
    path = folder / "log.jsonl";
    {
        faults::Script script;
        script.fail(Call::open, EACCES);
        CHECK(problem() == "cannot open " + path + ": Permission denied");
    }
    test::write_file(path, "{}\n{");
    {
        faults::Script script;
        script.fail(Call::ftruncate, EIO);
        CHECK(problem() == "cannot cut a torn line off " + path + ": Input/output error");
    }
    {
        // What cannot be read cannot be judged.
        faults::Script script;
        script.fail(Call::pread, EIO);
        CHECK_FALSE(problem().empty());
    }
    CHECK(text() == "{}\n{");
}

TEST_CASE_FIXTURE(FileSinkFixture, "file: reopened after a rename it goes on in a new one") {
    const auto sink = open();
    const std::string first = append(*sink, 1, 2);
    CHECK(sink->commit() == SinkState::clear);
    const std::string rotated = folder / "log.jsonl.1";
    std::filesystem::rename(path, rotated);
    const std::string second = append(*sink, 3, 3);
    CHECK(sink->reopen().empty());
    const std::string third = append(*sink, 4, 4);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(test::file_text(rotated) + text() == first + second + third);
    CHECK(text().ends_with(third));
    CHECK(sink->stored() == 4);
    CHECK(mode_of(path) == 0640);
    // The old file is closed, and so unlocked.
    const UniqueFd old{::open(rotated.c_str(), O_RDONLY)};
    CHECK(::flock(old.get(), LOCK_EX | LOCK_NB) == 0);
}

TEST_CASE_FIXTURE(FileSinkFixture, "file: reopening the same one changes nothing") {
    const auto sink = open();
    const std::string first = append(*sink, 1, 1);
    CHECK(sink->reopen().empty());
    CHECK(sink->commit() == SinkState::clear);
    CHECK(text() == first);
    CHECK_FALSE(problem().empty());  // still locked
}

TEST_CASE_FIXTURE(FileSinkFixture, "file: one that cannot be reopened stays in use") {
    const auto sink = open();
    const std::string rotated = folder / "log.jsonl.1";
    std::filesystem::rename(path, rotated);
    REQUIRE(::mkdir(path.c_str(), 0700) == 0);
    CHECK(sink->reopen() == "cannot log to " + path + ": not a regular file");
    const std::string lines = append(*sink, 1, 1);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(test::file_text(rotated) == lines);
}

TEST_CASE_FIXTURE(FileSinkFixture, "file: reopened while the old one is full") {
    const auto sink = open();
    const std::string rotated = folder / "log.jsonl.1";
    std::filesystem::rename(path, rotated);
    const std::string lines = append(*sink, 1, 3);
    {
        faults::Script script;
        script.shorten(Call::write, lines.size() / 2, {.times = 1});
        script.fail(Call::write, ENOSPC);
        CHECK(sink->commit() == SinkState::refusing);
    }
    CHECK(sink->reopen().empty());
    CHECK(sink->commit() == SinkState::clear);
    CHECK(test::file_text(rotated) + text() == lines);
    CHECK(test::file_text(rotated).ends_with('\n'));
    CHECK(sink->stored() == 3);
}
