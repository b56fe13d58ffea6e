// A record as it was read from a log, whichever: what both forms of the log have in common. The
// values are text as it stands in JSON Lines, checked, so that they can be shown and written again
// whoever wrote the log.
#pragma once

#include "common/record/record.hpp"
#include "common/sys/clock.hpp"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hark {

// The keys, in an order that is that of the JSON Lines for every event.
enum class LogKey : std::uint8_t {
    time,
    run,
    event,
    conn,
    peer,
    address,
    listener,
    action,
    uid,
    pid,
    level,
    sink,
    reason,
    messages,
    seq,
    part,
    more,
    text,
    charset,
    bytes,
    raw,
    end,
    discarded,
    seconds,
};
inline constexpr std::size_t LOG_KEYS = static_cast<std::size_t>(LogKey::seconds) + 1;
// "time", "run", ...
[[nodiscard]] std::string_view name(LogKey key) noexcept;
[[nodiscard]] std::optional<LogKey> log_key(std::string_view name) noexcept;

// What a key's value is.
enum class LogValue : std::uint8_t { text, number, seconds, flag };
[[nodiscard]] LogValue value_of(LogKey key) noexcept;

// "2026-11-22T10:00:00.123456Z", in exactly this form.
[[nodiscard]] std::optional<WallTime> parse_record_time(std::string_view text) noexcept;

class LogRecord {
   public:
    // A longer one is none of harkd's.
    static constexpr std::size_t MAX_VALUE = 256 * 1024;

    void clear() noexcept { present_.reset(); }
    // False, and nothing taken, when `value` cannot be one of `key`. Bytes that are no UTF-8
    // become U+FFFD; of a flag `value` is "true".
    [[nodiscard]] bool set(LogKey key, std::string_view value);
    // Whether it has what every record has: time, run and event.
    [[nodiscard]] bool is_record() const noexcept;

    [[nodiscard]] bool has(LogKey key) const noexcept { return present_[place(key)]; }
    // Empty where it is absent.
    [[nodiscard]] std::string_view get(LogKey key) const noexcept;
    // Of a number; 0 where it is absent.
    [[nodiscard]] std::uint64_t number(LogKey key) const noexcept;
    [[nodiscard]] WallTime time() const noexcept { return time_; }

   private:
    static std::size_t place(LogKey key) noexcept { return static_cast<std::size_t>(key); }

    std::array<std::string, LOG_KEYS> values_;
    std::bitset<LOG_KEYS> present_;
    WallTime time_{};
};

// A Record of a LogRecord, for its words.
class RecordView {
   public:
    // Valid until the next call and as long as `from`, which must be a record, stays as it is. An
    // event that this program does not know is its name and its text.
    [[nodiscard]] const Record& of(const LogRecord& from);

   private:
    void add_details(const LogRecord& from, LogKey level);

    Record record_;
    Content content_;
    std::array<Detail, KEYS> details_;
    std::size_t detail_count_ = 0;
    std::string peer_;
};

}  // namespace hark
