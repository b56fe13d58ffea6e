// A record read from a log, in either form. Values are those of JSON Lines, without quotes and
// escapes, and have been validated: they are safe to show and to write again, whoever wrote the
// log.
#pragma once

#include "common/record/record.hpp"
#include "common/record/record_keys.hpp"
#include "common/sys/clock.hpp"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

class LogRecord {
   public:
    // harkd never writes longer values.
    static constexpr std::size_t MAX_VALUE = 256 * 1024;

    LogRecord() = default;
    // A copy owns its values.
    LogRecord(const LogRecord& other) { copy(other); }
    LogRecord& operator=(const LogRecord& other) {
        if (this != &other) copy(other);
        return *this;
    }
    ~LogRecord() = default;

    void clear() noexcept {
        present_.reset();
        line_ = {};
    }
    // Stores a copy. False, with nothing stored, if `value` is not of the key's kind. Invalid UTF-8
    // becomes U+FFFD; for a flag, `value` is "true".
    [[nodiscard]] bool set(Key key, std::string_view value);
    // Stores any valid value, however long: for messages joined from parts. Requires: valid UTF-8.
    void set_joined(Key key, std::string_view value) { store(key, value); }
    void remove(Key key) noexcept {
        present_.reset(place(key));
        line_ = {};
    }
    // Whether it has the keys that every record has: time, run and event.
    [[nodiscard]] bool is_record() const noexcept;

    [[nodiscard]] bool has(Key key) const noexcept { return present_[place(key)]; }
    // Empty if absent.
    [[nodiscard]] std::string_view get(Key key) const noexcept {
        return has(key) ? values_[place(key)] : std::string_view{};
    }
    // For a number; 0 if absent.
    [[nodiscard]] std::uint64_t number(Key key) const noexcept;
    [[nodiscard]] WallTime time() const noexcept { return time_; }
    // Whether it is the record of a message.
    [[nodiscard]] bool is_message() const noexcept;

    // The line of JSON that append_log_json() would write, if that is known; otherwise empty.
    [[nodiscard]] std::string_view line() const noexcept { return line_; }

   private:
    friend class OwnLine;

    static std::size_t place(Key key) noexcept { return static_cast<std::size_t>(key); }
    void store(Key key, std::string_view value);
    void copy(const LogRecord& other);
    // Sets time_; false if `text` is not a time. Fast within a second, as most records follow.
    [[nodiscard]] bool parse_time(std::string_view text) noexcept;

    std::array<std::string_view, KEYS> values_;  // in owned_, or in the line it was read from
    std::array<std::string, KEYS> owned_;
    std::bitset<KEYS> present_;
    std::string_view line_;
    WallTime time_{};
    std::array<char, 20> second_text_{};  // "2026-11-22T10:00:00.", of the last parse_time()
    WallTime second_{};
};

// A Record that refers to a LogRecord, for rendering it.
class RecordView {
   public:
    // Valid until the next call, and while `from`, which must be a record, does not change. An
    // event that this program does not know is shown as its name and its text.
    [[nodiscard]] const Record& of(const LogRecord& from);

   private:
    void add_details(const LogRecord& from, Key level);

    Record record_;
    Content content_;
    std::array<Detail, KEYS> details_;
    std::size_t detail_count_ = 0;
    std::string peer_;
};

}  // namespace hark
