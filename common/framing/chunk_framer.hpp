// Framing by reads: each read is a message, without the terminators at its end. Nothing is ever
// pending between two reads, so this framer has no state.
#pragma once

#include "common/framing/frame.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace hark {

class ChunkFramer {
   public:
    // Like LineFramer::Reading.
    class Reading {
       public:
        Reading(ChunkFramer& framer, std::span<char> data, SplitPoint& split_point) noexcept;

        [[nodiscard]] bool next(Frame& frame) noexcept;
        [[nodiscard]] std::size_t unread() const noexcept { return unread_; }
        [[nodiscard]] bool pending_is_new() const noexcept { return false; }

       private:
        SplitPoint& split_point_;
        std::string_view rest_;  // of the message
        std::size_t unread_;
        bool first_ = true;
    };

    [[nodiscard]] bool pending() const noexcept { return false; }
    [[nodiscard]] bool flush(End, SplitPoint&, Frame&) noexcept { return false; }
};

}  // namespace hark
