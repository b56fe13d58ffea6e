// Puts messages together again that were recorded in parts. What is not whole is given as far as it
// goes, and says so: `part`, unless it is the message's beginning, and `more`, unless it is its
// end. It is given as soon as it is certain that no more of it will come.
//
// Memory is bounded: a message that becomes too long is given in pieces, and of too many unfinished
// ones the one that has waited longest.
#pragma once

#include "common/record/log_record.hpp"
#include "tools/records/joined_message.hpp"
#include "tools/records/shown_later.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace hark {

class MessageJoiner {
   public:
    static constexpr std::size_t LONGEST_PIECE = 1024 * 1024;  // bytes of text
    // The same when reading backwards: what was shown of it later is known at the section's end.
    static constexpr std::size_t LONGEST_BACKWARD = 16 * 1024 * 1024;
    static constexpr std::size_t MOST_HELD = 64 * 1024 * 1024;  // bytes of memory

    MessageJoiner() = default;
    MessageJoiner(const MessageJoiner&) = delete;
    MessageJoiner& operator=(const MessageJoiner&) = delete;
    ~MessageJoiner() = default;

    // Forgets everything.
    void clear() noexcept;
    // Reading backwards, section by section: goes on with the section before. What is unfinished at
    // its end is left out as far as it was given, with its rest, in a section behind it.
    void begin_section() noexcept;

    // Whether `record` is a part whose predecessor has not been added.
    [[nodiscard]] bool misses_earlier(const LogRecord& record) const;
    // The unfinished messages that `record`, which is to be added next, shows to be over, will not
    // go on: those of its connection, if it closes that or is a part that is not their next one;
    // and those of other runs, if one daemon at a time writes.
    void end_before(const LogRecord& record, bool one_writer);
    // Adds a record. Returns the one to go on with: `record`, if it is not a part; a message that
    // it completes, valid until the next call; null, if the message goes on.
    [[nodiscard]] const LogRecord* add(const LogRecord& record);
    // Takes over what is unfinished in `earlier`, to which the parts were added that had been
    // recorded before the first record that was added here. It is given only if it goes on here.
    void begin_with(MessageJoiner&& earlier);

    // No unfinished message will go on.
    void end_all();
    // Takes one that will not go on; null: there is none. Valid until the next call. All are to be
    // taken before the next record is added.
    [[nodiscard]] const LogRecord* take_ended();

    [[nodiscard]] bool empty() const noexcept { return open_.empty() && ended_.empty(); }
    // Bytes held of unfinished messages, more or less.
    [[nodiscard]] std::size_t memory() const noexcept { return held_ + later_.memory(); }

   private:
    struct Open {
        Open(std::string key, std::uint64_t first) : connection{std::move(key)}, message{first} {}

        std::string connection;  // with its run
        JoinedMessage message;
        std::size_t held = 0;        // bytes in memory
        bool earlier = false;        // all of it was recorded earlier
        std::uint64_t begun_at = 0;  // the first part in its section, if that is not the first
    };
    using Place = std::list<Open>::iterator;

    [[nodiscard]] const Open* find(const LogRecord& record) const;
    [[nodiscard]] Open& open_for(const LogRecord& record);
    void note_memory(Open& open) noexcept;
    void bound_memory();
    void end(Place open);
    // Whether no section behind has given it; then only what none has given is left of it.
    [[nodiscard]] bool leave_out_later(Open& open);

    std::list<Open> open_;                                // the one added to last is the last
    std::unordered_map<std::string_view, Place> places_;  // by connection
    std::list<Open> ended_;
    std::size_t held_ = 0;  // bytes in open_
    std::string run_;       // of the record before
    LogRecord result_;
    bool backward_ = false;
    ShownLater later_;
};

}  // namespace hark
