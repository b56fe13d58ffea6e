#include "common/sys/unique_fd.hpp"
#include "tools/log/file_lines.hpp"

#include <algorithm>
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

// Every line, with what stands behind the last LF.
std::vector<std::string> forward(const std::string& content) {
    const UniqueFd fd = file_with(content);
    ForwardLines lines;
    lines.start(fd.get(), 0);
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

// The same from the end, each with where it begins.
std::vector<std::pair<std::string, std::int64_t>> backward(const std::string& content) {
    const UniqueFd fd = file_with(content);
    BackwardLines lines;
    lines.start(fd.get(), static_cast<std::int64_t>(content.size()));
    std::vector<std::pair<std::string, std::int64_t>> found;
    for (;;) {
        const FileLine line = lines.previous();
        if (line.kind == Kind::working) continue;
        if (line.kind == Kind::end) return found;
        REQUIRE(line.kind != Kind::failed);
        found.emplace_back(line.kind == Kind::too_long ? TOO_LONG : std::string{line.text},
                           lines.offset());
    }
}

// What both must find, in an obvious way.
std::vector<std::pair<std::string, std::int64_t>> expected(const std::string& content) {
    std::vector<std::pair<std::string, std::int64_t>> lines;
    std::size_t begin = 0;
    while (begin < content.size()) {
        const std::size_t end = std::min(content.find('\n', begin), content.size());
        const std::string line = content.substr(begin, end - begin);
        lines.emplace_back(line.size() > MAX_FILE_LINE ? TOO_LONG : line,
                           static_cast<std::int64_t>(begin));
        begin = end + 1;
    }
    return lines;
}

void check_both_ways(const std::string& content) {
    const auto lines = expected(content);
    std::vector<std::string> texts;
    for (const auto& [text, begin] : lines) texts.push_back(text);
    CHECK(forward(content) == texts);
    auto found = backward(content);
    CHECK(found == decltype(found){lines.rbegin(), lines.rend()});
}

}  // namespace

TEST_CASE("lines of every shape, both ways") {
    for (const std::string& content :
         {std::string{}, std::string{"\n"}, std::string{"\n\n"}, std::string{"a"},
          std::string{"a\n"}, std::string{"\na"}, std::string{"one\ntwo\nthree"},
          std::string{"one\n\ntwo\n"}}) {
        CAPTURE(content);
        check_both_ways(content);
    }
}

TEST_CASE("lines around the size of a block and of the longest line") {
    constexpr std::size_t BLOCK = 64 * 1024;
    for (const std::size_t size : {BLOCK - 1, BLOCK, BLOCK + 1, MAX_FILE_LINE - 1, MAX_FILE_LINE,
                                   MAX_FILE_LINE + 1, MAX_FILE_LINE + BLOCK, 5 * MAX_FILE_LINE}) {
        CAPTURE(size);
        std::string text(size, 'x');
        check_both_ways(text);
        text += "\n";
        check_both_ways(text);
        check_both_ways("before\n" + text + "after\n");
        text += text;
        check_both_ways(text);
        text.pop_back();
        check_both_ways(text);
    }
}

TEST_CASE("a file that is emptied and filled again while it is read: no line is made of two") {
    const auto lines_of = [](char letter) {
        std::string text;
        while (text.size() < 200'000) text.append(100, letter).push_back('\n');
        return text;
    };
    const UniqueFd fd = file_with(lines_of('a'));
    ForwardLines lines;
    lines.start(fd.get(), 0);
    std::size_t old_lines = 0;
    std::size_t new_lines = 0;
    for (FileLine line = lines.next(); line.kind != Kind::end; line = lines.next()) {
        if (line.kind == Kind::working) continue;
        REQUIRE(line.kind == Kind::line);
        const char letter = line.text.empty() ? '\0' : line.text[0];
        REQUIRE(line.text == std::string(line.text.size(), letter));
        ++(letter == 'a' ? old_lines : new_lines);
        // The rest of the first block is half a line.
        if (old_lines != 64 * 1024 / 101 || new_lines > 0) continue;
        REQUIRE(::ftruncate(fd.get(), 0) == 0);
        const std::string refilled = lines_of('b');
        REQUIRE(::pwrite(fd.get(), refilled.data(), refilled.size(), 0) ==
                static_cast<ssize_t>(refilled.size()));
    }
    CHECK(old_lines == 64 * 1024 / 101);
    CHECK(new_lines > 1000);
}

TEST_CASE("random lines, both ways") {
    CHECK(rc::check("lines", [](const std::vector<std::uint32_t>& sizes, bool ended) {
        std::string content;
        for (const std::uint32_t size : sizes) {
            content += std::string(size % 100'000, static_cast<char>('a' + size % 26)) + "\n";
        }
        if (!ended && !content.empty()) content.pop_back();
        check_both_ways(content);
    }));
}

TEST_CASE("what is appended is read on, half a line when it is whole") {
    const UniqueFd fd = file_with("one\ntw");
    ForwardLines lines;
    lines.start(fd.get(), 0);
    const auto next = [&lines] {
        for (;;) {
            const FileLine line = lines.next();
            if (line.kind == Kind::line) return std::string{line.text};
            if (line.kind == Kind::end) return std::string{"end"};
        }
    };
    CHECK(next() == "one");
    CHECK(next() == "end");
    CHECK(lines.line_offset() == 4);
    REQUIRE(::write(fd.get(), "o\nthree\n", 8) == 8);
    CHECK(next() == "two");
    CHECK(next() == "three");
    CHECK(next() == "end");
    CHECK(lines.line_offset() == 14);
}

TEST_CASE("a file that cannot be read says so") {
    ForwardLines forward_lines;
    forward_lines.start(-1, 0);
    CHECK(forward_lines.next().kind == Kind::failed);
    BackwardLines backward_lines;
    backward_lines.start(-1, 10);
    CHECK(backward_lines.previous().kind == Kind::failed);
}
