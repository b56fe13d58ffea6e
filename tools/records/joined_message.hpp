// A message, or a piece of one, put together from consecutive parts.
#pragma once

#include "common/record/log_record.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hark {

// The number of a part: 1, unless the record says otherwise.
[[nodiscard]] std::uint64_t part_number(const LogRecord& record) noexcept;

class JoinedMessage {
   public:
    explicit JoinedMessage(std::uint64_t first) noexcept : first_{first}, next_{first} {}

    void append(const LogRecord& part);
    // Whether `part`, from the same connection, is the next one.
    [[nodiscard]] bool goes_on_with(const LogRecord& part) const noexcept;
    // Drops the parts from `number` on, which must be above first().
    void cut(std::uint64_t number);
    // Starts a new piece, after the parts so far.
    void begin_piece() noexcept;

    // Part numbers. next() equals first() if there is no part yet.
    [[nodiscard]] std::uint64_t first() const noexcept { return first_; }
    [[nodiscard]] std::uint64_t next() const noexcept { return next_; }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    // The last part that was appended, without its text.
    [[nodiscard]] const LogRecord& last() const noexcept { return last_; }
    // Approximate, in bytes.
    [[nodiscard]] std::size_t memory() const noexcept;

    // Stores all parts as one record. `more`: its end is missing.
    void store(LogRecord& into, bool more) const;

   private:
    struct Part {
        std::string charset;
        std::size_t text_end = 0;  // of the text so far
        std::uint64_t bytes = 0;
        std::optional<std::string> raw;  // base64
    };

    void store_raw(LogRecord& into) const;

    LogRecord last_;
    std::string text_;
    std::vector<Part> parts_;
    std::uint64_t first_;
    std::uint64_t next_;
    std::size_t last_size_ = 0;  // bytes of values
    std::size_t raw_size_ = 0;
};

}  // namespace hark
