// The lines of a regular file, from a place on towards its end, or from a place back towards its
// beginning. Memory is bounded: a line that is too long is reported without its text. A call reads
// one block at most, and what it knows of a line that began before.
#pragma once

#include "common/io/byte_queue.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

struct FileLine {
    enum class Kind : std::uint8_t {
        line,      // `text`, without its LF, valid until the next call
        too_long,  // a line of more than MAX_FILE_LINE bytes
        working,   // nothing yet: call again
        end,       // no more complete lines; if the file grows, for now
        failed,    // `error`: a positive errno
    };
    Kind kind = Kind::end;
    std::string_view text{};
    int error = 0;
};
inline constexpr std::size_t MAX_FILE_LINE = 256 * 1024;

class ForwardLines {
   public:
    // Does not take ownership of `fd`.
    void start(int fd, std::int64_t offset) noexcept;
    [[nodiscard]] FileLine next();
    // Takes the text after the last LF; false if there is none. May be `too_long`.
    [[nodiscard]] bool take_rest(FileLine& into);
    // Offset of the incomplete last line; if it is too long, offset of its unread part.
    [[nodiscard]] std::int64_t line_offset() const noexcept {
        return offset_ - static_cast<std::int64_t>(buffer_.size() - returned_);
    }

   private:
    int fd_ = -1;
    std::int64_t offset_ = 0;  // up to where the file has been read
    ByteQueue buffer_;
    std::size_t returned_ = 0;  // of buffer_: the line that next() returned, still in place
    bool skipping_ = false;     // in a line that is too long
};

class BackwardLines {
   public:
    // `end` must be the end of the file or the beginning of a line.
    void start(int fd, std::int64_t end) noexcept;
    // The line before the previous one; text after the file's last LF counts as a line.
    [[nodiscard]] FileLine previous();
    // Where the line returned last begins.
    [[nodiscard]] std::int64_t offset() const noexcept { return line_; }

   private:
    [[nodiscard]] FileLine take(std::size_t begin);
    [[nodiscard]] FileLine read_block();

    int fd_ = -1;
    std::int64_t begin_ = 0;  // offset of buffer_ in the file
    std::int64_t line_ = 0;   // offset of the line returned last; buffer_ ends here
    std::string buffer_;
    std::string block_;
    std::size_t clean_ = 0;  // bytes at the end of buffer_ known to hold no LF but the line's own
    bool skipping_ = false;  // inside a line that is too long, whose end has been dropped
};

}  // namespace hark
