// The lines that a sink has rendered and that are not yet where they belong: a queue of bytes that
// knows its line ends. What is written stays in it until it is released, so that a sink can take
// back what turned out not to be there after all: the half of a line that a short write left, or
// all that a disk did not keep.
#pragma once

#include "common/io/byte_queue.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

class PendingLines {
   public:
    // Where one line more is to be appended at once, its LF included.
    [[nodiscard]] std::string& next_line() noexcept {
        ++waiting_;
        return bytes_.back();
    }
    // Whole lines.
    void add(std::string_view lines);

    // What is to be written next.
    [[nodiscard]] std::string_view unwritten() const noexcept {
        return bytes_.view().substr(written_);
    }
    // Lines whose end is not written: how many...
    [[nodiscard]] std::uint64_t waiting() const noexcept { return waiting_; }
    // ...and their text, from the beginning of the first.
    [[nodiscard]] std::string_view waiting_lines() const noexcept {
        return bytes_.view().substr(line_start_);
    }
    // Bytes of a line that was written in part.
    [[nodiscard]] std::size_t half_line() const noexcept { return written_ - line_start_; }
    // Bytes of whole lines that are written and not released.
    [[nodiscard]] std::size_t unreleased() const noexcept { return line_start_; }

    // The first `count` bytes of unwritten() are written. Returns how many lines that ended.
    std::uint64_t wrote(std::size_t count) noexcept;

    // The first `count` bytes of what is unreleased() need never be written again.
    void release(std::size_t count) noexcept;

    // The written part of a half line is to be written again...
    void take_back_half_line() noexcept { written_ = line_start_; }
    // ...or all that is not released.
    void take_back() noexcept;

   private:
    static constexpr std::size_t KEPT_MEMORY = 1 << 20;

    ByteQueue bytes_{KEPT_MEMORY};  // not released
    std::size_t line_start_ = 0;    // of the first line that is not wholly written
    std::size_t written_ = 0;
    std::uint64_t waiting_ = 0;
};

}  // namespace hark
