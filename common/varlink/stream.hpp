// A stream of Varlink messages: each ends with a NUL.
#pragma once

#include "common/io/byte_queue.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace hark::varlink {

class MessageSplitter {
   public:
    // `limit`: the most bytes that one message may have.
    explicit MessageSplitter(std::size_t limit) noexcept : limit_{limit} {}

    // False when a message exceeds the limit, which is final.
    [[nodiscard]] bool add(std::string_view bytes);

    // The next whole message, without its NUL; valid until the next call of either. Nothing when
    // none is complete.
    [[nodiscard]] std::optional<std::string_view> next() noexcept;

    // Whether the beginning of a message is waiting for its end.
    [[nodiscard]] bool holds_some() const noexcept { return returned_ < bytes_.size(); }

   private:
    std::size_t limit_;
    ByteQueue bytes_;
    std::size_t returned_ = 0;  // of bytes_: the message that next() returned, still in place
    std::size_t searched_ = 0;  // of bytes_: no NUL up to here
};

}  // namespace hark::varlink
