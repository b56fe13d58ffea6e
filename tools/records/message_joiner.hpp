// Puts messages together again that were recorded in parts. What is not whole is given as far as it
// goes, and says so: `part`, unless it is the message's beginning, and `more`, unless it is its
// end.
//
// Memory is bounded: a message that becomes too long is given in pieces, and of too many unfinished
// ones the oldest.
#pragma once

#include "common/record/log_record.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

class MessageJoiner {
   public:
    static constexpr std::size_t LONGEST_PIECE = 1024 * 1024;  // bytes of text
    static constexpr std::size_t MOST_HELD = 16 * 1024 * 1024;

    // Forgets everything.
    void clear() noexcept;

    // Whether `record` is a part whose predecessor has not been added.
    [[nodiscard]] bool misses_earlier(const LogRecord& record) const noexcept;
    // Adds a record. Returns the one to go on with: `record`, if it is not a part; a message that
    // it completes, valid until the next call; null, if the message goes on.
    [[nodiscard]] const LogRecord* add(const LogRecord& record);
    // Takes over what is unfinished in `earlier`, to which the parts were added that had been
    // recorded before the first record that was added here. It is given only if it goes on here.
    void begin_with(MessageJoiner&& earlier);

    // No unfinished message of another run than that of `record` will go on.
    void end_other_runs(const LogRecord& record);
    // No unfinished message will go on.
    void end_all();
    // Takes one that will not go on; null: there is none. Valid until the next call.
    [[nodiscard]] const LogRecord* take_ended();

    [[nodiscard]] bool empty() const noexcept { return open_.empty() && ended_.empty(); }

    // Reading backwards, section by section: goes on with the section before. What is unfinished at
    // its end is finished in a later one, if that began with the rest, and is dropped then.
    void end_section();

   private:
    struct Part {
        std::string charset;
        std::size_t text_end = 0;        // of the text so far
        std::optional<std::string> raw;  // base64
    };
    struct Open {
        LogRecord record;  // of the last part
        std::string text;
        std::vector<Part> parts;
        std::uint64_t first = 1;  // numbers of parts
        std::uint64_t next = 1;
        std::uint64_t bytes = 0;
        bool lost = false;     // another message of its connection has begun
        bool earlier = false;  // all of it was recorded earlier
    };

    [[nodiscard]] Open* find(const LogRecord& record) noexcept;
    [[nodiscard]] const Open* find(const LogRecord& record) const noexcept;
    static void append(Open& open, const LogRecord& part);
    void end(std::list<Open>::iterator open);
    // `open` as one record, in result_.
    [[nodiscard]] const LogRecord* finish(Open& open, bool more);
    void give_up_oldest();
    static void set_raw(LogRecord& into, const Open& open);
    [[nodiscard]] static std::string key_of(const LogRecord& record);

    std::list<Open> open_;  // the one that was added to last is the last
    std::list<Open> ended_;
    std::size_t held_ = 0;  // bytes of text in both
    std::string run_;       // of the record before
    LogRecord result_;
    std::set<std::string> begun_earlier_;  // messages that later sections began in the middle of
};

}  // namespace hark
