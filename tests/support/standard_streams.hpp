// Redirects the test's own standard streams, which the tested code uses, to pipes for a while.
#pragma once

#include "common/sys/unique_fd.hpp"
#include "tests/support/sockets.hpp"

#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

namespace hark::test {

// Replaces a descriptor with another, and restores it when destroyed.
class Redirected {
   public:
    Redirected(int fd, UniqueFd to) : fd_{fd} {
        std::cout.flush();
        before_.reset(checked(::fcntl(fd, F_DUPFD_CLOEXEC, 3), "fcntl"));
        checked(::dup2(to.get(), fd), "dup2");
    }
    ~Redirected() {
        std::cout.flush();
        std::cout.clear();
        ::dup2(before_.get(), fd_);
    }
    Redirected(const Redirected&) = delete;
    Redirected& operator=(const Redirected&) = delete;

   private:
    int fd_;
    UniqueFd before_;
};

struct Pipe {
    Pipe() {
        int fds[2];
        checked(::pipe2(fds, O_CLOEXEC), "pipe2");
        reader.reset(fds[0]);
        writer.reset(fds[1]);
    }
    UniqueFd reader;
    UniqueFd writer;
};

// What is written to standard output or standard error. What was not taken by the end is passed on:
// it may be the report of a failed check.
class CapturedOutput {
   public:
    explicit CapturedOutput(int fd) : CapturedOutput{fd, Pipe{}} {}
    ~CapturedOutput() {
        const std::string rest = reader_ ? text() : std::string{};
        redirected_.reset();
        if (!rest.empty()) std::cout << rest << std::flush;
    }
    CapturedOutput(const CapturedOutput&) = delete;
    CapturedOutput& operator=(const CapturedOutput&) = delete;

    // Everything so far.
    [[nodiscard]] const std::string& text() {
        char bytes[4096];
        while (true) {
            const ssize_t size = ::read(reader_.get(), bytes, sizeof bytes);
            if (size <= 0) return text_;
            text_.append(bytes, static_cast<std::size_t>(size));
        }
    }
    // The same, once.
    [[nodiscard]] std::string take() {
        static_cast<void>(text());
        return std::exchange(text_, {});
    }
    // As if the reader had exited. Writes then fail with EPIPE, since SIGPIPE is ignored, as in the
    // programs.
    void close() {
        static_cast<void>(::signal(SIGPIPE, SIG_IGN));
        reader_.reset();
    }

   private:
    CapturedOutput(int fd, Pipe pipe) : reader_{std::move(pipe.reader)} {
        set_blocking(reader_.get(), false);
        redirected_ = std::make_unique<Redirected>(fd, std::move(pipe.writer));
    }

    UniqueFd reader_;
    std::string text_;
    std::unique_ptr<Redirected> redirected_;
};

// What is read from standard input: what is written here, until end().
class GivenInput {
   public:
    GivenInput() : GivenInput{Pipe{}} {}

    void write(std::string_view text) const {
        checked(::write(writer_.get(), text.data(), text.size()), "write");
    }
    void end() { writer_.reset(); }

   private:
    explicit GivenInput(Pipe pipe)
        : redirected_{STDIN_FILENO, std::move(pipe.reader)}, writer_{std::move(pipe.writer)} {}

    Redirected redirected_;
    UniqueFd writer_;
};

}  // namespace hark::test
