// Lines that a sink has rendered but not stored yet: a byte queue that knows where lines end.
// Written bytes stay in it until they are released, so that a sink can take them back: the partial
// line after a short write, or everything that a disk failed to store.
#pragma once

#include "common/io/byte_queue.hpp"
#include "daemon/log/sink_handover.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

class PendingLines {
   public:
    // Append one complete line, including its LF, here.
    [[nodiscard]] std::string& next_line() noexcept {
        ++waiting_;
        return bytes_.back();
    }
    // Adds complete lines.
    void add(std::string_view lines);

    // What it holds, for another process; resume() replaces what it holds with that.
    [[nodiscard]] PendingLinesState state() const;
    void resume(const PendingLinesState& state);

    // The bytes to write next.
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
    // Bytes of complete lines written but not released.
    [[nodiscard]] std::size_t unreleased() const noexcept { return line_start_; }
    // Those lines: their text, and how many.
    [[nodiscard]] std::string_view unreleased_lines() const noexcept {
        return bytes_.view().substr(0, line_start_);
    }
    [[nodiscard]] std::uint64_t count_unreleased() const noexcept;

    // The first `count` bytes of unwritten() have been written. Returns how many lines that
    // completed.
    std::uint64_t wrote(std::size_t count) noexcept;

    // Discards the first `count` bytes of unreleased(): they never need to be written again.
    void release(std::size_t count) noexcept;

    // Marks the partial line as unwritten...
    void take_back_half_line() noexcept { written_ = line_start_; }
    // ...or everything that is not released.
    void take_back() noexcept;

   private:
    static constexpr std::size_t KEPT_MEMORY = 1 << 20;

    ByteQueue bytes_{KEPT_MEMORY};  // not released
    std::size_t line_start_ = 0;    // of the first incompletely written line
    std::size_t written_ = 0;
    std::uint64_t waiting_ = 0;
};

}  // namespace hark
