// A record read from a log, in either form. The values are kept as the text of JSON Lines, and
// checked: they can be shown and written again, whoever wrote the log.
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
    // harkd writes no longer one.
    static constexpr std::size_t MAX_VALUE = 256 * 1024;

    void clear() noexcept { present_.reset(); }
    // False, and nothing taken, when `value` is not of the key's kind. Bytes that are not UTF-8
    // become U+FFFD; of a flag `value` is "true".
    [[nodiscard]] bool set(Key key, std::string_view value);
    // Whether it has what every record has: time, run and event.
    [[nodiscard]] bool is_record() const noexcept;

    [[nodiscard]] bool has(Key key) const noexcept { return present_[place(key)]; }
    // Empty where it is absent.
    [[nodiscard]] std::string_view get(Key key) const noexcept;
    // Of a number; 0 where it is absent.
    [[nodiscard]] std::uint64_t number(Key key) const noexcept;
    [[nodiscard]] WallTime time() const noexcept { return time_; }

   private:
    static std::size_t place(Key key) noexcept { return static_cast<std::size_t>(key); }

    std::array<std::string, KEYS> values_;
    std::bitset<KEYS> present_;
    WallTime time_{};
};

// A Record of a LogRecord, for its words.
class RecordView {
   public:
    // Valid until the next call and as long as `from`, which must be a record, stays as it is. An
    // event that this program does not know is its name and its text.
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
