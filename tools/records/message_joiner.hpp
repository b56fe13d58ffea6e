// Reassembles messages that were recorded in parts. An incomplete message is given as far as it
// goes, and marked: `part`, unless it has the message's beginning, and `more`, unless it has the
// end. It is given as soon as it is certain that no more of it will come.
//
// Memory is bounded: a message that becomes too long is given in pieces, and if too many are
// unfinished, the one that has waited longest is given.
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
    // The same when reading backwards: what later sections have shown of it is known at the
    // section's end.
    static constexpr std::size_t LONGEST_BACKWARD = 16 * 1024 * 1024;
    static constexpr std::size_t MOST_HELD = 64 * 1024 * 1024;  // bytes of memory

    MessageJoiner() = default;
    MessageJoiner(const MessageJoiner&) = delete;
    MessageJoiner& operator=(const MessageJoiner&) = delete;
    ~MessageJoiner() = default;

    // Forgets everything.
    void clear() noexcept;
    // Reading backwards, section by section: goes on with the section before. Of a message that is
    // unfinished at its end, leaves out what a later section has already given along with the rest.
    void begin_section() noexcept;

    // Whether `record` is a part whose predecessor has not been added.
    [[nodiscard]] bool misses_earlier(const LogRecord& record) const;
    // Ends the unfinished messages that `record`, which is added next, shows to be over: its
    // connection's, if it closes that or is a part that is not the message's next one; and those of
    // other runs, if only one daemon at a time writes.
    void end_before(const LogRecord& record, bool one_writer);
    // Adds a record. Returns `record`, if it is not a part; a message that it completes, valid
    // until the next call; or null, if the message goes on.
    [[nodiscard]] const LogRecord* add(const LogRecord& record);
    // Takes over the unfinished messages of `earlier`, to which the parts recorded before the first
    // record added here were added. Each is given only if it goes on here.
    void begin_with(MessageJoiner&& earlier);

    // Ends all unfinished messages.
    void end_all();
    // Takes a message that will not go on, or null if there is none. Valid until the next call.
    // Take all of them before adding the next record.
    [[nodiscard]] const LogRecord* take_ended();

    [[nodiscard]] bool empty() const noexcept { return open_.empty() && ended_.empty(); }
    // Approximate memory of unfinished messages, in bytes.
    [[nodiscard]] std::size_t memory() const noexcept { return held_ + later_.memory(); }

   private:
    struct Open {
        Open(std::string key, std::uint64_t first) : connection{std::move(key)}, message{first} {}

        std::string connection;  // with its run
        JoinedMessage message;
        std::size_t held = 0;        // bytes in memory
        bool earlier = false;        // all of it was recorded earlier
        std::uint64_t begun_at = 0;  // its first part in the section, if not the message's first
    };
    using Place = std::list<Open>::iterator;

    [[nodiscard]] const Open* find(const LogRecord& record) const;
    [[nodiscard]] Open& open_for(const LogRecord& record);
    void note_memory(Open& open) noexcept;
    void bound_memory();
    void end(Place open);
    // Leaves out what later sections have given. False if they have given all of it.
    [[nodiscard]] bool leave_out_later(Open& open);

    std::list<Open> open_;                                // the one added to last is at the end
    std::unordered_map<std::string_view, Place> places_;  // by connection
    std::list<Open> ended_;
    std::size_t held_ = 0;  // bytes in open_
    std::string run_;       // of the previous record
    LogRecord result_;
    bool backward_ = false;
    ShownLater later_;
};

}  // namespace hark
