// Which messages of a connection have been acknowledged, and which input lines they were. The
// daemon numbers a connection's messages from 1; line numbers differ if some lines were not sent.
// Stored as runs, so a million messages in flight cost as much as one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace hark {

// The numbers `first` to `last`, inclusive.
struct NumberRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    friend bool operator==(const NumberRange&, const NumberRange&) = default;
};

// "5", "5-9, 12, 17-20"
[[nodiscard]] std::string text_of(const std::vector<NumberRange>& ranges);

class Acknowledgements {
   public:
    // Line `line` was sent as the next message. Lines must ascend.
    void sent(std::uint64_t line);

    // The daemon has answered these messages. Returns the lines not answered before, in order; none
    // if all were answered already or never sent.
    std::vector<NumberRange> answered(NumberRange messages);

    // Messages sent but not yet answered.
    [[nodiscard]] std::uint64_t waiting() const noexcept { return waiting_; }
    // Their lines, in order; consecutive lines form one range.
    [[nodiscard]] std::vector<NumberRange> waiting_lines() const;
    [[nodiscard]] std::uint64_t sent_messages() const noexcept { return messages_; }
    [[nodiscard]] std::uint64_t answered_messages() const noexcept { return messages_ - waiting_; }

   private:
    // Messages first to last; their lines are consecutive from `line` on.
    struct Run {
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        std::uint64_t line = 0;
    };

    std::deque<Run> runs_;  // of unanswered messages, in order
    std::uint64_t messages_ = 0;
    std::uint64_t waiting_ = 0;
};

}  // namespace hark
