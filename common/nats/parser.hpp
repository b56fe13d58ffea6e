// Parses what a NATS server sends into operations: INFO, MSG, HMSG, PING, PONG, +OK, -ERR
// (https://docs.nats.io/reference/reference-protocols/nats-protocol). Whatever comes, memory is
// bounded by MAX_LINE and MAX_MESSAGE.
#pragma once

#include "common/io/byte_queue.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark::nats {

struct Operation {
    enum class Kind : std::uint8_t { info, message, ping, pong, ok, error };
    Kind kind = Kind::ok;
    std::string_view text{};     // of info (JSON) and of error, without its quotation marks
    std::string_view subject{};  // of a message, like all that follows
    std::string_view subscription{};
    std::string_view reply_to{};
    std::string_view headers{};  // as sent (headers.hpp); empty: it has none
    std::string_view payload{};
};

class Parser {
   public:
    // Bytes of a line: INFO names every server of a cluster.
    static constexpr std::size_t MAX_LINE = 64 << 10;
    // Bytes of headers and payload.
    static constexpr std::size_t MAX_MESSAGE = 4 << 20;

    enum class Step : std::uint8_t {
        operation,
        incomplete,  // feed() more
        broken,      // it is not the protocol, or too long; see problem()
    };

    void feed(std::string_view bytes) { input_.append(bytes); }
    // Gets the next operation, valid until any other call.
    [[nodiscard]] Step next(Operation& into);
    [[nodiscard]] std::string_view problem() const noexcept { return problem_; }
    // Starts over, for another connection.
    void clear() noexcept;

   private:
    [[nodiscard]] Step parse_line(std::string_view line, Operation& into);
    [[nodiscard]] Step parse_message(std::string_view line, bool with_headers);
    [[nodiscard]] Step take_message(Operation& into);
    [[nodiscard]] Step fail(std::string_view problem) noexcept;

    ByteQueue input_;
    std::size_t taken_ = 0;    // bytes of input_: the last operation returned, still in place
    std::size_t scanned_ = 0;  // bytes after it that are known to contain no line end
    // A message whose line has been read and whose body has not.
    std::size_t line_size_ = 0;  // 0: none
    std::size_t header_size_ = 0;
    std::size_t total_size_ = 0;
    std::string_view problem_;
};

}  // namespace hark::nats
