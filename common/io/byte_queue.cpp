#include "common/io/byte_queue.hpp"

namespace hark {

void ByteQueue::consume(std::size_t count) noexcept {
    consumed_ += count;
    if (consumed_ == bytes_.size()) {
        if (bytes_.capacity() > kept_) {
            std::string{}.swap(bytes_);
        } else {
            bytes_.clear();
        }
    } else if (consumed_ > bytes_.size() / 2) {
        bytes_.erase(0, consumed_);
    } else {
        return;
    }
    consumed_ = 0;
}

}  // namespace hark
