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
        line,      // `text`, without its LF, until the next call
        too_long,  // one of more than MAX_FILE_LINE bytes
        working,   // nothing yet: call again
        end,       // no more whole lines; of a file that grows, for now
        failed,    // `error`: a positive errno
    };
    Kind kind = Kind::end;
    std::string_view text{};
    int error = 0;
};
inline constexpr std::size_t MAX_FILE_LINE = 256 * 1024;

class ForwardLines {
   public:
    // `fd` stays the caller's.
    void start(int fd, std::int64_t offset) noexcept;
    [[nodiscard]] FileLine next();
    // What stands behind the last LF: false when there is nothing. Too long, it is `too_long`.
    [[nodiscard]] bool take_rest(FileLine& into);
    // Where the line begins that is not whole yet; of one that is too long, what is not read yet.
    [[nodiscard]] std::int64_t line_offset() const noexcept {
        return offset_ - static_cast<std::int64_t>(buffer_.size() - returned_);
    }

   private:
    int fd_ = -1;
    std::int64_t offset_ = 0;  // how far the file has been read
    ByteQueue buffer_;
    std::size_t returned_ = 0;  // of buffer_: the line that next() returned, still in place
    bool skipping_ = false;     // in a line that is too long
};

class BackwardLines {
   public:
    // From `end` on, which is the end of the file or the beginning of a line.
    void start(int fd, std::int64_t end) noexcept;
    // The line before the last one; what stands behind the file's last LF counts as one.
    [[nodiscard]] FileLine previous();
    // Where the last line begins.
    [[nodiscard]] std::int64_t offset() const noexcept { return line_; }

   private:
    [[nodiscard]] FileLine take(std::size_t begin);
    [[nodiscard]] FileLine read_block();

    int fd_ = -1;
    std::int64_t begin_ = 0;  // of buffer_ in the file
    std::int64_t line_ = 0;   // where the last line begins, and the buffer ends
    std::string buffer_;
    std::string block_;
    std::size_t clean_ = 0;  // of the buffer's end: the LF of its line alone is in there
    bool skipping_ = false;  // in a line that is too long, whose end has been dropped
};

}  // namespace hark
