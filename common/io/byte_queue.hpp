// A contiguous queue of bytes: appended at the back, consumed at the front. Consuming moves the
// rest only when it is less than half, so each byte is moved about once on average. Memory is
// released after a burst.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hark {

class ByteQueue {
   public:
    // `kept`: bytes of memory that an empty queue may keep for reuse.
    explicit ByteQueue(std::size_t kept = 64 * 1024) noexcept : kept_{kept} {}

    void append(std::string_view bytes) { bytes_.append(bytes); }
    // The string to append to, for renderers; only append: it may begin with consumed bytes.
    [[nodiscard]] std::string& back() noexcept { return bytes_; }

    // All unconsumed bytes; valid until the queue changes.
    [[nodiscard]] std::string_view view() const noexcept {
        return std::string_view{bytes_}.substr(consumed_);
    }
    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() - consumed_; }
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }

    // Drops the first `count` bytes, at most size().
    void consume(std::size_t count) noexcept;
    void clear() noexcept { consume(size()); }

   private:
    std::size_t kept_;
    std::size_t consumed_ = 0;
    std::string bytes_;
};

}  // namespace hark
