// Where the messages of `hark send` come from: the command line, or standard input, which is read
// when it has something and only as fast as lines are taken.
#pragma once

#include "common/io/byte_queue.hpp"
#include "common/locale/locale_charset.hpp"
#include "common/loop/callback.hpp"
#include "common/loop/deferred_task.hpp"
#include "common/loop/fd_watch.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

struct InputLine {
    enum class Fault : std::uint8_t {
        none,
        nul,      // a NUL in it, which would end the message there
        length,   // longer than InputLines::MAX_LINE
        charset,  // of the command line: not text in the locale's charset
    };
    std::string_view text;     // without its LF; empty with a fault; valid until the next call
    std::uint64_t number = 0;  // from 1 on
    Fault fault = Fault::none;
};

class InputLines {
   public:
    static constexpr std::size_t MAX_LINE = 1024 * 1024;

    enum class State : std::uint8_t {
        line,     // here is one
        none,     // none yet: the owner is called when there may be
        end,      // no more
        trouble,  // no more, since the input cannot be read
    };

    InputLines() noexcept = default;
    InputLines(const InputLines&) = delete;
    InputLines& operator=(const InputLines&) = delete;
    virtual ~InputLines() = default;

    // An empty line is a line. After an end the same again.
    [[nodiscard]] virtual State next(InputLine& line) = 0;

    // Of `trouble`: a positive errno.
    [[nodiscard]] virtual int error() const noexcept { return 0; }
    // How far it is, 0 to 1; negative when that cannot be known.
    [[nodiscard]] virtual double progress() const noexcept { return -1; }
};

// Each text is a message, or several where it has several lines.
class TextLines final : public InputLines {
   public:
    // `texts` must outlive this.
    explicit TextLines(const std::vector<std::string>& texts) noexcept : texts_{texts} {}

    [[nodiscard]] State next(InputLine& line) override;
    [[nodiscard]] double progress() const noexcept override;

   private:
    const std::vector<std::string>& texts_;
    LocaleCharset charset_;
    std::size_t next_text_ = 0;
    std::uint64_t number_ = 0;
    std::string text_;       // of the one that is being split
    std::size_t begin_ = 0;  // of the next line in it
    bool splitting_ = false;
    bool in_charset_ = true;
};

class FileLines final : public InputLines {
   public:
    // `fd` stays the caller's. `on_lines` follows a `none`.
    FileLines(EventLoop& loop, int fd, Callback<void()> on_lines);

    [[nodiscard]] State next(InputLine& line) override;
    [[nodiscard]] int error() const noexcept override { return error_; }
    [[nodiscard]] double progress() const noexcept override;

   private:
    static constexpr std::size_t READ_SIZE = 64 * 1024;

    void on_ready(std::uint32_t events) noexcept;
    void read_now() noexcept;
    void want_more();
    void take(std::string_view text, InputLine& line);
    void skip_too_long() noexcept;

    int fd_;
    Callback<void()> on_lines_;
    FdWatch watch_;
    DeferredTask read_task_;  // in the place of the watch where epoll cannot (a regular file)
    bool pollable_ = true;
    bool ended_ = false;
    bool skipping_ = false;  // the rest of a line that is too long
    int error_ = 0;
    std::uint64_t number_ = 0;
    ByteQueue buffer_;
    std::size_t returned_ = 0;  // of buffer_: the line that next() returned, still in place
    std::size_t scanned_ = 0;   // of buffer_: no LF up to here
    std::uint64_t bytes_ = 0;
    std::uint64_t size_ = 0;  // of a regular file
};

}  // namespace hark
