// Splits a server's bytes into lines, which end at LF or CRLF. A line longer than MAX_PIECE is
// delivered in pieces, so that a server that never ends its line cannot exhaust memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

// What follows a piece of text from the server.
enum class LineEnd : std::uint8_t {
    line,   // the end of the line
    cut,    // more of the same line
    quiet,  // silence: the line may continue
    eof,    // the end of the connection, within a line
};

struct LinePiece {
    std::string_view text;  // without terminator; valid until the next call to the splitter
    LineEnd end = LineEnd::line;
};

class LineSplitter {
   public:
    static constexpr std::size_t MAX_PIECE = 4096;

    // Returns the next piece of buffered input and `data`, and removes it from the front of `data`.
    // If it returns false, all of `data` has been buffered.
    [[nodiscard]] bool next(std::string_view& data, LinePiece& piece);

    // Takes the unfinished line as it is: `end` is quiet or eof. False if there is none.
    [[nodiscard]] bool take_rest(LineEnd end, LinePiece& piece);

    // Whether a line has begun but not ended.
    [[nodiscard]] bool has_rest() const noexcept { return !rest_.empty(); }
    // Discards an unfinished line. The last piece stays valid.
    void clear() noexcept;

   private:
    std::string rest_;   // of an unfinished line, at most MAX_PIECE
    std::string taken_;  // storage of the last piece if it was not all in `data`
};

}  // namespace hark
