// A server's bytes, split into lines. A line ends at LF or CRLF. One that is longer than MAX_PIECE
// is handed on in pieces, so that a server that never ends its line uses no memory without end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

// What stands behind a piece of text from the server.
enum class LineEnd : std::uint8_t {
    line,   // the end of a line
    cut,    // more of the same line
    quiet,  // nothing for a while: more of the same line may come
    eof,    // the end of the connection, in the middle of a line
};

struct LinePiece {
    std::string_view text;  // without the line's end; valid until the next call to the splitter
    LineEnd end = LineEnd::line;
};

class LineSplitter {
   public:
    static constexpr std::size_t MAX_PIECE = 4096;

    // The next piece of what is left over from before and of `data`, whose beginning is taken away.
    // When false, all of `data` is taken.
    [[nodiscard]] bool next(std::string_view& data, LinePiece& piece);

    // Takes the unfinished line as it is: `end` is quiet or eof. False when there is none.
    [[nodiscard]] bool take_rest(LineEnd end, LinePiece& piece);

    // Whether a line has begun that has not ended.
    [[nodiscard]] bool has_rest() const noexcept { return !rest_.empty(); }
    // Forgets an unfinished line. The last piece stays valid.
    void clear() noexcept;

   private:
    std::string rest_;   // of an unfinished line, at most MAX_PIECE
    std::string taken_;  // what the last piece shows when it was not all in `data`
};

}  // namespace hark
