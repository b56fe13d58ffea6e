// The generator's messages: lines of equal length, without randomness, so that every run and every
// server gets the same.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hark::bench {

enum class Text { ascii, utf8, gbk, undecodable };

enum class Protocol {
    lines,   // one line each, acknowledged by a line with its number or a range: `250 ok #17`
    silent,  // one line each, not acknowledged
    resp,    // redis protocol: one LPUSH each, acknowledged by a line
};

class Payload {
   public:
    // `count` different messages of `bytes` bytes each, at least 2, including the LF.
    Payload(Text text, Protocol protocol, std::size_t bytes, std::size_t count);

    // The first `count` of them, as sent.
    [[nodiscard]] std::string_view first(std::size_t count) const noexcept {
        return std::string_view{data_}.substr(0, count * message_bytes_);
    }
    [[nodiscard]] std::size_t message_bytes() const noexcept { return message_bytes_; }

   private:
    std::size_t message_bytes_ = 0;
    std::string data_;
};

}  // namespace hark::bench
