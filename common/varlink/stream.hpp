// Splits a stream of Varlink messages, each of which ends with a NUL.
#pragma once

#include "common/io/byte_queue.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace hark::varlink {

class MessageSplitter {
   public:
    // `limit`: the maximum size of a message in bytes.
    explicit MessageSplitter(std::size_t limit) noexcept : limit_{limit} {}

    // False if a message exceeds the limit; there is no recovery.
    [[nodiscard]] bool add(std::string_view bytes);

    // The next complete message, without its NUL; valid until the next call to add() or next().
    // Nothing if none is complete.
    [[nodiscard]] std::optional<std::string_view> next() noexcept;

    // Whether an incomplete message is buffered.
    [[nodiscard]] bool holds_some() const noexcept { return returned_ < bytes_.size(); }

   private:
    std::size_t limit_;
    ByteQueue bytes_;
    std::size_t returned_ = 0;  // length of the message that next() returned; still in bytes_
    std::size_t searched_ = 0;  // bytes of bytes_ known to contain no NUL
};

}  // namespace hark::varlink
