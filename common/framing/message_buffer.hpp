// The bytes of a message that has begun and not ended, at most FRAME_CAPACITY of them: a longer one
// leaves in parts.
#pragma once

#include "common/framing/frame.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace hark {

// Plain data: a copy can continue in the middle of a message.
class MessageBuffer {
   public:
    // Drops what the last frame showed. Every call to a framer begins with this.
    void settle() noexcept {
        if (shown_ == 0) return;
        size_ = static_cast<std::uint16_t>(size_ - shown_);
        std::memmove(bytes_.data(), bytes_.data() + shown_, size_);
        shown_ = 0;
    }

    // Whether a message has begun, as far as this buffer knows: an empty one leaves no trace.
    [[nodiscard]] bool pending() const noexcept { return size_ > shown_ || in_parts_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t room() const noexcept { return FRAME_CAPACITY - size_; }
    [[nodiscard]] std::string_view bytes() const noexcept { return {bytes_.data(), size_}; }
    // Bytes after what the last frame showed.
    [[nodiscard]] std::size_t left() const noexcept { return size_ - std::size_t{shown_}; }
    // Whether parts of the message have already left.
    [[nodiscard]] bool in_parts() const noexcept { return in_parts_; }

    // At most room() bytes.
    void append(std::string_view bytes) noexcept {
        assert(bytes.size() <= room());
        if (bytes.empty()) return;
        std::copy_n(bytes.data(), bytes.size(), bytes_.data() + size_);
        size_ = static_cast<std::uint16_t>(size_ + bytes.size());
    }
    // Restores the buffer of another process: these bytes, at most FRAME_CAPACITY.
    void resume(std::string_view bytes, bool in_parts) noexcept {
        clear();
        append(bytes);
        in_parts_ = in_parts;
    }
    // Drops bytes that were not text.
    void clear() noexcept { size_ = shown_ = 0; }

    // Shows the first `count` bytes as a part: the message goes on.
    void show_part(std::size_t count, Frame& frame) noexcept {
        frame = {bytes().substr(0, count), End::full, !in_parts_, false};
        shown_ = static_cast<std::uint16_t>(count);
        in_parts_ = true;
    }
    // The same for `bytes` that are not in this buffer.
    void show_part(std::string_view bytes, Frame& frame) noexcept {
        frame = {bytes, End::full, !in_parts_, false};
        in_parts_ = true;
    }
    // Shows the first `count` bytes as the message, or its last part, and drops `skip` bytes more.
    void show_last(std::size_t count, End end, Frame& frame, std::size_t skip = 0) noexcept {
        frame = {bytes().substr(0, count), end, !in_parts_, true};
        shown_ = static_cast<std::uint16_t>(count + skip);
        in_parts_ = false;
    }
    // The same for `bytes` that are not in this buffer.
    void show_last(std::string_view bytes, End end, Frame& frame) noexcept {
        frame = {bytes, end, !in_parts_, true};
        in_parts_ = false;
    }

   private:
    bool in_parts_ = false;
    std::uint16_t size_ = 0;
    std::uint16_t shown_ = 0;
    std::array<char, FRAME_CAPACITY> bytes_;  // not initialised: idle connections never touch it
};

}  // namespace hark
