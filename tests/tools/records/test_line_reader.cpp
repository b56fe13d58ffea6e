#include "common/sys/unique_fd.hpp"
#include "tools/records/line_reader.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace hark;
using Kind = FileLine::Kind;

namespace {

UniqueFd file_with(const std::string& content) {
    UniqueFd fd{::memfd_create("lines", MFD_CLOEXEC)};
    REQUIRE(fd);
    REQUIRE(::write(fd.get(), content.data(), content.size()) ==
            static_cast<ssize_t>(content.size()));
    return fd;
}

const std::string TOO_LONG = "too long";

// Every line, including what follows the last LF.
std::vector<std::string> forward(const std::string& content) {
    const UniqueFd fd = file_with(content);
    LineReader lines;
    lines.start(std::make_unique<FileStream>(fd.get(), 0), 0);
    std::vector<std::string> found;
    const auto take = [&found](const FileLine& line) {
        found.push_back(line.kind == Kind::too_long ? TOO_LONG : std::string{line.text});
    };
    for (;;) {
        FileLine line = lines.next();
        if (line.kind == Kind::working) continue;
        if (line.kind == Kind::end) {
            if (lines.take_rest(line)) take(line);
            return found;
        }
        REQUIRE(line.kind != Kind::failed);
        take(line);
    }
}

// The same in an obvious way.
std::vector<std::string> expected(const std::string& content) {
    std::vector<std::string> lines;
    std::size_t begin = 0;
    while (begin < content.size()) {
        const std::size_t end = std::min(content.find('\n', begin), content.size());
        const std::string line = content.substr(begin, end - begin);
        lines.push_back(line.size() > MAX_FILE_LINE ? TOO_LONG : line);
        begin = end + 1;
    }
    return lines;
}

void check(const std::string& content) {
    CHECK(forward(content) == expected(content));
}

}  // namespace

TEST_CASE("lines of every shape") {
    for (const std::string& content :
         {std::string{}, std::string{"\n"}, std::string{"\n\n"}, std::string{"a"},
          std::string{"a\n"}, std::string{"\na"}, std::string{"one\ntwo\nthree"},
          std::string{"one\n\ntwo\n"}}) {
        CAPTURE(content);
        check(content);
    }
}

TEST_CASE("lines around the size of a block and of the longest line") {
    constexpr std::size_t BLOCK = 128 * 1024;
    for (const std::size_t size : {BLOCK - 1, BLOCK, BLOCK + 1, MAX_FILE_LINE - 1, MAX_FILE_LINE,
                                   MAX_FILE_LINE + 1, MAX_FILE_LINE + BLOCK, 5 * MAX_FILE_LINE}) {
        CAPTURE(size);
        std::string text(size, 'x');
        check(text);
        text += "\n";
        check(text);
        check("before\n" + text + "after\n");
        text += text;
        check(text);
        text.pop_back();
        check(text);
    }
}

TEST_CASE("random lines") {
    CHECK(rc::check("lines", [](const std::vector<std::uint32_t>& sizes, bool ended) {
        std::string content;
        for (const std::uint32_t size : sizes) {
            content += std::string(size % 100'000, static_cast<char>('a' + size % 26)) + "\n";
        }
        if (!ended && !content.empty()) content.pop_back();
        check(content);
    }));
}

TEST_CASE("what is appended is read on from the first line that was not whole") {
    const UniqueFd fd = file_with("one\ntw");
    LineReader lines;
    const auto start = [&](std::int64_t offset) {
        lines.start(std::make_unique<FileStream>(fd.get(), offset), offset);
    };
    start(0);
    const auto next = [&lines] {
        for (;;) {
            const FileLine line = lines.next();
            if (line.kind == Kind::line) return std::string{line.text};
            if (line.kind == Kind::end) return std::string{"end"};
        }
    };
    CHECK(next() == "one");
    CHECK(next() == "end");
    CHECK(lines.offset() == 4);
    REQUIRE(::write(fd.get(), "o\nthree\n", 8) == 8);
    start(lines.offset());
    CHECK(next() == "two");
    CHECK(next() == "three");
    CHECK(next() == "end");
    CHECK(lines.offset() == 14);
}

TEST_CASE("a file that cannot be read says so") {
    LineReader lines;
    lines.start(std::make_unique<FileStream>(-1, 0), 0);
    CHECK(lines.next().kind == Kind::failed);
}

TEST_CASE("with a sieve, the lines that may matter are given, whatever the blocks") {
    LineSieve sieve{"needle", true, false};
    std::string content;
    std::vector<std::string> wanted;
    const std::vector<std::string> lines_that_matter{R"({"text":"a NeEdle"})",
                                                     R"({"text":"x","part":2})",
                                                     R"({"text":"\u0041"})", R"({"text":"\/"})"};
    const std::vector<std::string> others{R"({"text":"nothing"})", R"({"text":"\u001b \\u0041"})",
                                          "", R"({"text":"\n\"need"})", std::string(1000, 'x')};
    for (std::size_t i = 0; i < 5000; ++i) {
        const bool matters = i % 97 == 0;
        const auto& from = matters ? lines_that_matter : others;
        const std::string& line = from[i % from.size()];
        content += line + "\n";
        if (matters) wanted.push_back(line);
    }
    const UniqueFd fd = file_with(content);
    LineReader lines{&sieve};
    lines.start(std::make_unique<FileStream>(fd.get(), 0), 0);
    std::vector<std::string> found;
    for (FileLine line = lines.next(); line.kind != Kind::end; line = lines.next()) {
        if (line.kind == Kind::line) found.emplace_back(line.text);
    }
    std::erase_if(found,
                  [](const std::string& line) { return line.find("\\\\u0041") != line.npos; });
    CHECK(found == wanted);
}

TEST_CASE("a sieve finds the ends of connections while they are wanted") {
    const std::string block = "1 \"closed\"\n2 needle\n3 \"closed\"\n4 \"closed\"\n5 needle\n";
    LineSieve sieve{"needle", false, false};
    sieve.enter(block);
    const auto next = [&](char line) {
        return block[block.rfind('\n', sieve.next(block.find(line))) + 1];
    };
    CHECK(next('1') == '2');
    sieve.want_ends(true);
    CHECK(next('2') == '2');
    CHECK(next('3') == '3');
    sieve.want_ends(false);
    CHECK(next('4') == '5');
}
