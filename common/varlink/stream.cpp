#include "common/varlink/stream.hpp"

#include <utility>

namespace hark::varlink {

bool MessageSplitter::add(std::string_view bytes) {
    bytes_.consume(std::exchange(returned_, 0));
    bytes_.append(bytes);
    // Complete messages were checked while they were incomplete.
    const std::size_t last_end = bytes_.view().rfind('\0');
    return bytes_.size() - (last_end == std::string_view::npos ? 0 : last_end + 1) <= limit_;
}

std::optional<std::string_view> MessageSplitter::next() noexcept {
    bytes_.consume(std::exchange(returned_, 0));
    const std::size_t end = bytes_.view().find('\0', searched_);
    if (end == std::string_view::npos) {
        searched_ = bytes_.size();
        return std::nullopt;
    }
    returned_ = end + 1;
    searched_ = 0;
    return bytes_.view().substr(0, end);
}

}  // namespace hark::varlink
