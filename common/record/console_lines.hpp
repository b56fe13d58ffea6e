// Records as lines for people.
#pragma once

#include "common/record/record.hpp"

#include <ctime>
#include <string>

namespace hark {

// "2026-11-22 18:00:00.123", in local time, which is computed once per second.
class LocalTimeText {
   public:
    void append(std::string& into, WallTime time);

   private:
    std::time_t second_ = -1;
    std::string second_text_;
};

class ConsoleLines {
   public:
    struct Style {
        bool time = true;     // start with the local time
        bool colour = false;  // ANSI escape sequences (ECMA-48)
    };
    explicit ConsoleLines(Style style) noexcept : style_{style} {}

    // Appends `record` as one line, with its LF: "2026-11-22 18:00:00.123 192.0.2.7:51324 #3:
    // 你好".
    void append(std::string& into, const Record& record);

   private:
    Style style_;
    LocalTimeText time_;
};

// The event in words, without the peer: "#3: 你好", "closed (bye): 1 message, 3 bytes, 2.4 s".
void append_words(std::string& into, const Record& record);

}  // namespace hark
