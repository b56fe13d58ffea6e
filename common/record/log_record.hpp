// A record read from a log, in either form. Values are stored as the text of JSON Lines and have
// been validated: they are safe to show and to write again, whoever wrote the log.
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
    // harkd writes no longer values.
    static constexpr std::size_t MAX_VALUE = 256 * 1024;

    void clear() noexcept { present_.reset(); }
    // False, with nothing stored, if `value` is not of the key's kind. Invalid UTF-8 becomes
    // U+FFFD; for a flag, `value` is "true".
    [[nodiscard]] bool set(Key key, std::string_view value);
    // Whether it has the keys that every record has: time, run and event.
    [[nodiscard]] bool is_record() const noexcept;

    [[nodiscard]] bool has(Key key) const noexcept { return present_[place(key)]; }
    // Empty if absent.
    [[nodiscard]] std::string_view get(Key key) const noexcept;
    // For a number; 0 if absent.
    [[nodiscard]] std::uint64_t number(Key key) const noexcept;
    [[nodiscard]] WallTime time() const noexcept { return time_; }

   private:
    static std::size_t place(Key key) noexcept { return static_cast<std::size_t>(key); }

    std::array<std::string, KEYS> values_;
    std::bitset<KEYS> present_;
    WallTime time_{};
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
