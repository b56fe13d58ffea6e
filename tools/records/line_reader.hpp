// The lines of a stream of bytes, read in large blocks. Memory is bounded: a line that is too long
// is reported without its text. A call reads one block at most.
#pragma once

#include "tools/records/byte_stream.hpp"
#include "tools/records/line_sieve.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace hark {

struct FileLine {
    enum class Kind : std::uint8_t {
        line,      // `text`, without its LF, valid until the next call
        too_long,  // a line of more than MAX_FILE_LINE bytes
        working,   // nothing yet: call again
        end,       // no more complete lines, or none for now if the file grows
        failed,    // `error`: a positive errno
    };
    Kind kind = Kind::end;
    std::string_view text{};
    int error = 0;
};
inline constexpr std::size_t MAX_FILE_LINE = 256 * 1024;

class LineReader {
   public:
    // `sieve`, which may be null and must outlive the reader, selects the lines.
    explicit LineReader(LineSieve* sieve = nullptr) noexcept : sieve_{sieve} {}

    // From now on, reads from `stream`, which starts at `offset` of a file.
    void start(std::unique_ptr<ByteStream> stream, std::int64_t offset);
    [[nodiscard]] FileLine next();
    // Takes the text after the last LF; false if there is none. May be `too_long`.
    [[nodiscard]] bool take_rest(FileLine& into) noexcept;
    // Offset of the line after the one returned last; within a line that is too long, that of its
    // unread part.
    [[nodiscard]] std::int64_t offset() const noexcept {
        return offset_ - static_cast<std::int64_t>(end_ - at_);
    }

   private:
    [[nodiscard]] FileLine fill();
    [[nodiscard]] FileLine checked(std::string_view text) noexcept;

    LineSieve* sieve_;
    std::unique_ptr<ByteStream> stream_;
    std::unique_ptr<char[]> buffer_;
    std::int64_t offset_ = 0;   // how far the stream has been read
    std::size_t at_ = 0;        // where the next line begins in the buffer
    std::size_t complete_ = 0;  // after the last LF
    std::size_t end_ = 0;
    bool skipping_ = false;  // in a line that is too long
};

}  // namespace hark
