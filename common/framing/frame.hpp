// What framing turns a stream of bytes into: frames, each a message or a part of one
// (docs/protocol.md, "Where a message ends").
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hark {

// Why a message, or a part of one, ended where it did.
enum class End : std::uint8_t {
    lf,         // LF, CRLF or LF CR
    nul,        // a run of NUL, or CR and NUL
    cr,         // CR, from a peer that ends its messages with it, or followed by silence
    quiet,      // nothing more came
    chunk,      // the end of a read
    delimiter,  // the listener's own end
    counted,    // its octet count is reached
    length,     // its binary length is reached
    stray,      // text outside of the listener's frames
    frame,      // a bad frame: a bad length, or not complete in time; the connection ends
    full,       // FRAME_CAPACITY is reached: another part follows
    eof,        // the peer closed its side
    reset,      // the connection was lost
    timeout,    // it took too long
    shutdown,   // the daemon stops
    kicked,     // the daemon ended the connection
};
// "lf", "nul", ...
[[nodiscard]] std::string_view name(End end) noexcept;

// A longer message is split into parts of at most this many bytes.
inline constexpr std::size_t FRAME_CAPACITY = 1024;

struct Frame {
    std::string_view bytes;  // without the terminator; valid until the next call to the framer
    End end = End::lf;
    bool first = true;  // begins a message
    bool last = true;   // ends it
};

// What the consumer of a frame wants done with those after it.
enum class FrameVerdict : std::uint8_t {
    next,   // go on
    later,  // after a message: the rest of the read is to be fed again, later
    stop,   // nothing after this frame is a message
};

// Where a message that is too long may be split.
class SplitPoint {
   public:
    SplitPoint() noexcept = default;
    SplitPoint(const SplitPoint&) = delete;
    SplitPoint& operator=(const SplitPoint&) = delete;
    virtual ~SplitPoint() = default;
    // How many of `bytes`, the first FRAME_CAPACITY of what is left of a message, go into the next
    // part: 1 to bytes.size().
    [[nodiscard]] virtual std::size_t find(std::string_view bytes) noexcept = 0;
};

}  // namespace hark
