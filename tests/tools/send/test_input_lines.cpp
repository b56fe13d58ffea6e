#include "common/loop/event_loop.hpp"
#include "tests/support/run_until.hpp"
#include "tests/support/sockets.hpp"
#include "tools/send/input_lines.hpp"

#include <cerrno>
#include <cstdio>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace hark;

namespace {

using Fault = InputLine::Fault;

// All lines of an input that ends, read through the loop.
class Reader {
   public:
    explicit Reader(int fd) : lines{loop, fd, method<&Reader::pump>(*this)} {}

    void pump() noexcept {
        InputLine line;
        while ((state = lines.next(line)) == InputLines::State::line) {
            texts.emplace_back(line.text);
            faults.push_back(line.fault);
            CHECK(line.number == texts.size());
        }
    }

    void run() {
        pump();
        CHECK(test::run_until(loop, [this] { return state != InputLines::State::none; }));
    }

    SystemClock clock;
    EventLoop loop{clock};
    FileLines lines;
    InputLines::State state = InputLines::State::none;
    std::vector<std::string> texts;
    std::vector<Fault> faults;
};

UniqueFd file_with(std::string_view bytes) {
    std::FILE* const file = std::tmpfile();
    REQUIRE(file != nullptr);
    UniqueFd fd{::dup(::fileno(file))};
    std::fclose(file);
    REQUIRE(::pwrite(fd.get(), bytes.data(), bytes.size(), 0) ==
            static_cast<ssize_t>(bytes.size()));
    return fd;
}

}  // namespace

TEST_CASE("lines of a regular file, which epoll cannot watch") {
    const UniqueFd file = file_with("one\n\ntwo\r\nlast");
    Reader reader{file.get()};
    reader.run();
    CHECK(reader.texts == std::vector<std::string>{"one", "", "two\r", "last"});
    CHECK(reader.state == InputLines::State::end);
    CHECK(reader.lines.progress() == doctest::Approx(1));
}

TEST_CASE("lines of a pipe come as they are written") {
    test::SocketPair pair = test::unix_pair();
    Reader reader{pair.server.get()};
    reader.pump();
    CHECK(reader.state == InputLines::State::none);
    CHECK(reader.lines.progress() < 0);
    test::send_all(pair.client.get(), "one\ntw");
    CHECK(test::run_until(reader.loop, [&] { return reader.texts.size() == 1; }));
    test::send_all(pair.client.get(), "o\n");
    CHECK(test::run_until(reader.loop, [&] { return reader.texts.size() == 2; }));
    pair.client.reset();
    CHECK(test::run_until(reader.loop, [&] { return reader.state == InputLines::State::end; }));
    CHECK(reader.texts == std::vector<std::string>{"one", "two"});
}

TEST_CASE("whether more is at hand, and what may be taken in without waiting") {
    test::SocketPair pair = test::unix_pair();
    SystemClock clock;
    EventLoop loop{clock};
    struct Nobody {
        void call() noexcept {}
    } nobody;
    FileLines lines{loop, pair.server.get(), method<&Nobody::call>(nobody)};
    InputLine line;
    const auto next = [&] { return lines.next(line); };
    CHECK_FALSE(lines.has_more());
    CHECK(next() == InputLines::State::none);
    CHECK_FALSE(lines.look_ahead());
    test::send_all(pair.client.get(), "one\ntwo\nthree");
    CHECK(lines.look_ahead());
    CHECK(next() == InputLines::State::line);
    CHECK(lines.has_more());
    CHECK(line.text == "one");
    CHECK(next() == InputLines::State::line);
    CHECK_FALSE(lines.has_more());  // half a line is not a line
    CHECK(next() == InputLines::State::none);
    pair.client.reset();
    CHECK(lines.look_ahead());
    CHECK(lines.has_more());
    CHECK(next() == InputLines::State::line);
    CHECK(line.text == "three");
    CHECK_FALSE(lines.has_more());
    CHECK(next() == InputLines::State::end);
    CHECK_FALSE(lines.look_ahead());
}

TEST_CASE("lines that cannot be sent are named, and the others come all the same") {
    const std::string longest(FileLines::MAX_LINE, 'x');
    const UniqueFd file = file_with("a\n" + longest + "\n" + longest + "x\n" + longest + longest +
                                    longest + "\n" + std::string{"b\0c\nd\n", 6});
    Reader reader{file.get()};
    reader.run();
    CHECK(reader.texts.size() == 6);
    CHECK(reader.texts[1] == longest);
    CHECK(reader.texts[5] == "d");
    CHECK(reader.faults == std::vector<Fault>{Fault::none, Fault::none, Fault::length,
                                              Fault::length, Fault::nul, Fault::none});
}

TEST_CASE("a line too long that never ends") {
    const UniqueFd file = file_with("a\n" + std::string(FileLines::MAX_LINE * 2, 'x'));
    Reader reader{file.get()};
    reader.run();
    CHECK(reader.faults == std::vector<Fault>{Fault::none, Fault::length});
    CHECK(reader.state == InputLines::State::end);
}

TEST_CASE("an input that cannot be read is no empty one") {
    const UniqueFd folder{::open("/", O_RDONLY | O_DIRECTORY)};
    Reader reader{folder.get()};
    reader.run();
    CHECK(reader.texts.empty());
    CHECK(reader.state == InputLines::State::trouble);
    CHECK(reader.lines.error() == EISDIR);
}

TEST_CASE("each text of a command line is a message, or several") {
    const std::vector<std::string> given{"one", "", "two\nthree\n", "\n\nfour"};
    TextLines lines{given};
    CHECK(lines.progress() == doctest::Approx(0));
    std::vector<std::string> texts;
    InputLine line;
    CHECK(lines.has_more());
    while (lines.next(line) == InputLines::State::line) {
        texts.emplace_back(line.text);
        CHECK(line.number == texts.size());
        CHECK(lines.has_more() == (line.text != "four"));
    }
    CHECK(texts == std::vector<std::string>{"one", "", "two", "three", "", "", "four"});
    CHECK(lines.next(line) == InputLines::State::end);
    CHECK(lines.progress() == doctest::Approx(1));
}
