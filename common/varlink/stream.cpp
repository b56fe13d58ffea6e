#include "common/varlink/stream.hpp"

#include <utility>

namespace hark::varlink {

bool MessageSplitter::add(std::string_view bytes) {
    bytes_.erase(0, std::exchange(taken_, 0));
    bytes_.append(bytes);
    // Whole messages were bounded when they were not whole yet.
    const std::size_t last_end = bytes_.rfind('\0');
    return bytes_.size() - (last_end == std::string::npos ? 0 : last_end + 1) <= limit_;
}

std::optional<std::string_view> MessageSplitter::next() noexcept {
    const std::size_t end = bytes_.find('\0', taken_ + searched_);
    if (end == std::string::npos) {
        searched_ = bytes_.size() - taken_;
        return std::nullopt;
    }
    const std::string_view message = std::string_view{bytes_}.substr(taken_, end - taken_);
    taken_ = end + 1;
    searched_ = 0;
    return message;
}

}  // namespace hark::varlink
