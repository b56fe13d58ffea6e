#include "common/framing/chunk_framer.hpp"

#include <utility>

namespace hark {

namespace {

std::string_view without_terminators(std::string_view data) noexcept {
    const std::size_t last = data.find_last_not_of(std::string_view{"\r\n\0", 3});
    return data.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace

ChunkFramer::Reading::Reading(ChunkFramer&, std::span<char> data, SplitPoint& split_point) noexcept
    : split_point_{split_point},
      rest_{without_terminators({data.data(), data.size()})},
      unread_{data.size()} {}

bool ChunkFramer::Reading::next(Frame& frame) noexcept {
    if (unread_ == 0) return false;
    const bool first = std::exchange(first_, false);
    if (rest_.size() > FRAME_CAPACITY) {
        const std::string_view window = rest_.substr(0, FRAME_CAPACITY);
        frame = {window.substr(0, split_point_.find(window)), End::full, first, false};
        rest_.remove_prefix(frame.bytes.size());
        unread_ -= frame.bytes.size();
    } else {
        frame = {rest_, End::chunk, first, true};
        unread_ = 0;
    }
    return true;
}

}  // namespace hark
