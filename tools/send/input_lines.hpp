// The messages that `hark send` sends: from the command line, or from standard input, which is read
// when data is available and no faster than lines are taken.
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
        nul,      // contains a NUL, which would end the message there
        length,   // longer than InputLines::MAX_LINE
        charset,  // command line only: invalid in the locale's charset
        telnet,   // contains what the daemon would take for telnet
    };
    std::string_view text;     // without LF; empty if there is a fault; valid until the next call
    std::uint64_t number = 0;  // from 1
    Fault fault = Fault::none;
};

class InputLines {
   public:
    static constexpr std::size_t MAX_LINE = 1024 * 1024;

    enum class State : std::uint8_t {
        line,     // a line was returned
        none,     // no line yet: `on_lines` is called when there may be one
        end,      // no more lines
        trouble,  // no more lines: the input cannot be read
    };

    InputLines() noexcept = default;
    InputLines(const InputLines&) = delete;
    InputLines& operator=(const InputLines&) = delete;
    virtual ~InputLines() = default;

    // An empty line counts as a line. Once the end is reached, every call returns it.
    [[nodiscard]] virtual State next(InputLine& line) = 0;

    // Whether another line is already at hand after the last one returned. False if not known yet.
    [[nodiscard]] virtual bool has_more() const noexcept = 0;
    // After `none`: takes what is at hand, perhaps the end, without waiting. False if there is
    // nothing.
    [[nodiscard]] virtual bool look_ahead() noexcept { return false; }
    // The cause of `trouble`, a positive errno.
    [[nodiscard]] virtual int error() const noexcept { return 0; }
    // The fraction of the input taken, 0 to 1; negative if unknown.
    [[nodiscard]] virtual double progress() const noexcept { return -1; }
};

// Each text is one message, or several if it has several lines.
class TextLines final : public InputLines {
   public:
    // `texts` must outlive this.
    explicit TextLines(const std::vector<std::string>& texts) noexcept : texts_{texts} {}

    [[nodiscard]] State next(InputLine& line) override;
    [[nodiscard]] bool has_more() const noexcept override;
    [[nodiscard]] double progress() const noexcept override;

   private:
    const std::vector<std::string>& texts_;
    LocaleCharset charset_;
    std::size_t next_text_ = 0;
    std::uint64_t number_ = 0;
    std::string text_;       // the text being split into lines
    std::size_t begin_ = 0;  // of the next line in text_
    bool splitting_ = false;
    bool in_charset_ = true;
};

class FileLines final : public InputLines {
   public:
    // Does not take ownership of `fd`. `on_lines` is called after State::none.
    FileLines(EventLoop& loop, int fd, Callback<void()> on_lines);

    [[nodiscard]] State next(InputLine& line) override;
    [[nodiscard]] bool has_more() const noexcept override;
    [[nodiscard]] bool look_ahead() noexcept override;
    [[nodiscard]] int error() const noexcept override { return error_; }
    [[nodiscard]] double progress() const noexcept override;

   private:
    static constexpr std::size_t READ_SIZE = 64 * 1024;

    void on_ready(std::uint32_t events) noexcept;
    void read_now() noexcept;
    void read_once() noexcept;
    void want_more();
    void take(std::string_view text, InputLine& line);
    void skip_too_long() noexcept;

    int fd_;
    Callback<void()> on_lines_;
    FdWatch watch_;
    DeferredTask read_task_;  // replaces the watch if epoll refuses (a regular file)
    bool pollable_ = true;
    bool ended_ = false;
    bool skipping_ = false;  // inside a line that is too long
    int error_ = 0;
    std::uint64_t number_ = 0;
    ByteQueue buffer_;
    std::size_t returned_ = 0;  // length of the line that next() returned; still in buffer_
    std::size_t scanned_ = 0;   // bytes of buffer_ known to contain no LF
    std::uint64_t bytes_ = 0;
    std::uint64_t size_ = 0;  // of a regular file
};

}  // namespace hark
