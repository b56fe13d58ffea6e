// Which messages of a connection have been answered, and which lines of the input they were. The
// daemon numbers a connection's messages from 1 on; the input's lines are others where some of them
// were not sent. Kept in runs, so that a million messages in flight cost as much as one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace hark {

// Numbers from `first` to `last`.
struct NumberRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    friend bool operator==(const NumberRange&, const NumberRange&) = default;
};

// "5", "5-9, 12, 17-20"
[[nodiscard]] std::string text_of(const std::vector<NumberRange>& ranges);

class Acknowledgements {
   public:
    // Line `line`, which must be more than the last one, has been sent as the next message.
    void sent(std::uint64_t line);

    // The daemon has answered these messages. Returns the lines that had not been answered before,
    // in order; none when all of them had, or had never been sent.
    std::vector<NumberRange> answered(NumberRange messages);

    // Messages sent and not answered.
    [[nodiscard]] std::uint64_t waiting() const noexcept { return waiting_; }
    // Their lines, in order; lines that follow each other are one range.
    [[nodiscard]] std::vector<NumberRange> waiting_lines() const;
    [[nodiscard]] std::uint64_t sent_messages() const noexcept { return messages_; }
    [[nodiscard]] std::uint64_t answered_messages() const noexcept { return messages_ - waiting_; }

   private:
    // Messages first to last, whose lines follow each other from `line` on.
    struct Run {
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        std::uint64_t line = 0;
    };

    std::deque<Run> runs_;  // of waiting messages, in order
    std::uint64_t messages_ = 0;
    std::uint64_t waiting_ = 0;
};

}  // namespace hark
