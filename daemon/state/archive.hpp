// Turns plain data into bytes and back, for the state that one process leaves to the next. Each
// struct has one describe(), which serves both directions:
//
//     template <typename Archive>
//     void describe(Archive& archive, Held& held) {
//         held.bytes = archive.text(1, held.bytes, MAX_HELD);
//         held.since = archive.time(2, held.since);
//     }
//
// A struct is a sequence of fields: a number and a length, both LEB128, then that many bytes. A
// missing field keeps the value of a new object, and an unknown one is skipped, so a version that
// has only added fields can read what the version before it wrote.
#pragma once

#include "common/sys/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace hark {

// What was read is not a state, or cannot be used.
class StateError : public std::runtime_error {
   public:
    using std::runtime_error::runtime_error;
};

namespace archive {

// Maps signed numbers to unsigned ones; those near 0 stay small.
template <typename Value>
[[nodiscard]] constexpr std::uint64_t to_bits(Value value) noexcept {
    if constexpr (std::is_enum_v<Value>) {
        return static_cast<std::uint64_t>(value);
    } else if constexpr (std::is_signed_v<Value>) {
        const auto wide = static_cast<std::int64_t>(value);
        return static_cast<std::uint64_t>(wide) << 1U ^ static_cast<std::uint64_t>(wide >> 63U);
    } else {
        return std::uint64_t{value};
    }
}
// nullopt if it does not fit.
template <typename Value>
[[nodiscard]] constexpr std::optional<Value> from_bits(std::uint64_t bits) noexcept {
    if constexpr (std::is_enum_v<Value>) {
        return static_cast<Value>(bits);
    } else if constexpr (std::is_signed_v<Value>) {
        const auto wide =
            static_cast<std::int64_t>(bits >> 1U) ^ -static_cast<std::int64_t>(bits & 1U);
        if (!std::in_range<Value>(wide)) return std::nullopt;
        return static_cast<Value>(wide);
    } else if constexpr (std::is_same_v<Value, bool>) {
        if (bits > 1) return std::nullopt;
        return bits == 1;
    } else {
        if (!std::in_range<Value>(bits)) return std::nullopt;
        return static_cast<Value>(bits);
    }
}

// The maximum length of a list, unless a struct sets its own.
inline constexpr std::size_t MANY = 1U << 20U;

}  // namespace archive

class StateWriter {
   public:
    // Appends to `into`, which must outlive it.
    explicit StateWriter(std::string& into) noexcept : into_{into} {}

    // Each returns the value that it was given.

    template <typename Value>
    Value number(unsigned field, Value value, Value = {}) {
        put(field, archive::to_bits(value));
        return value;
    }
    bool flag(unsigned field, bool value) { return number(field, value); }
    Duration duration(unsigned field, Duration value) {
        return Duration{number(field, value.count())};
    }
    TimePoint time(unsigned field, TimePoint value) {
        return TimePoint{Duration{number(field, value.time_since_epoch().count())}};
    }
    WallTime wall_time(unsigned field, WallTime value) {
        return WallTime{WallTime::duration{number(field, value.time_since_epoch().count())}};
    }
    std::string text(unsigned field, std::string_view value, std::size_t = 0) {
        put(field, value);
        return std::string{value};
    }
    template <typename Struct>
    void part(unsigned field, Struct& value) {
        std::string bytes;
        StateWriter inside{bytes};
        describe(inside, value);
        put(field, bytes);
    }
    template <typename Struct>
    void optional(unsigned field, std::optional<Struct>& value) {
        if (value) part(field, *value);
    }
    template <typename Struct>
    void list(unsigned field, std::vector<Struct>& values, std::size_t = 0) {
        for (Struct& value : values) part(field, value);
    }
    void texts(unsigned field, std::vector<std::string>& values, std::size_t) {
        for (const std::string& value : values) put(field, value);
    }
    // A condition on a struct that is read.
    void require(bool) noexcept {}

   private:
    void put(unsigned field, std::uint64_t number);
    void put(unsigned field, std::string_view bytes);

    std::string& into_;
};

class StateReader {
   public:
    // Throws StateError if `bytes`, which must outlive the reader, are not a sequence of fields.
    explicit StateReader(std::string_view bytes);

    // Each returns the value of the field or, if it is missing, the value that it was given. Throws
    // StateError if the field's value is invalid: `most` is the largest number, the longest text,
    // or the longest list.

    template <typename Value>
    Value number(unsigned field, Value value, Value most = largest<Value>()) {
        const std::optional<std::uint64_t> bits = find_number(field);
        if (!bits) return value;
        const std::optional<Value> found = archive::from_bits<Value>(*bits);
        if (!found || archive::to_bits(*found) != *bits || *found > most) refuse(field);
        return *found;
    }
    bool flag(unsigned field, bool value) { return number(field, value); }
    Duration duration(unsigned field, Duration value) {
        return Duration{ticks(field, value.count())};
    }
    TimePoint time(unsigned field, TimePoint value) {
        return TimePoint{Duration{ticks(field, value.time_since_epoch().count())}};
    }
    WallTime wall_time(unsigned field, WallTime value) {
        return WallTime{WallTime::duration{ticks(field, value.time_since_epoch().count())}};
    }
    std::string text(unsigned field, std::string_view value, std::size_t most) {
        const std::optional<std::string_view> found = find(field);
        if (found && found->size() > most) refuse(field);
        return std::string{found.value_or(value)};
    }
    template <typename Struct>
    void part(unsigned field, Struct& value) {
        if (const auto found = find(field)) read_part(*found, value);
    }
    template <typename Struct>
    void optional(unsigned field, std::optional<Struct>& value) {
        if (const auto found = find(field)) read_part(*found, value.emplace());
    }
    template <typename Struct>
    void list(unsigned field, std::vector<Struct>& values, std::size_t most = archive::MANY) {
        values.clear();
        for (std::size_t at = 0; const auto found = find_next(field, at);) {
            if (values.size() == most) refuse(field);
            read_part(*found, values.emplace_back());
        }
    }
    void texts(unsigned field, std::vector<std::string>& values, std::size_t longest);
    // Throws StateError unless a condition on the struct `holds`.
    void require(bool holds);

   private:
    // Of a clock or a duration, bounded so that sums of a few do not overflow.
    [[nodiscard]] std::int64_t ticks(unsigned field, std::int64_t value);

    template <typename Value>
    static constexpr Value largest() noexcept {
        if constexpr (std::is_enum_v<Value>) {
            return Value{};  // for an enumeration, the last enumerator is always passed
        } else {
            return std::numeric_limits<Value>::max();
        }
    }

    template <typename Struct>
    static void read_part(std::string_view bytes, Struct& value) {
        StateReader inside{bytes};
        describe(inside, value);
    }

    [[noreturn]] static void refuse(unsigned field);
    // The field at `at`; advances `at` past it.
    struct Field {
        std::uint64_t number;
        std::string_view bytes;
    };
    [[nodiscard]] Field take(std::size_t& at) const;
    [[nodiscard]] std::optional<std::string_view> find(unsigned field);
    // Searches from `at` on, and advances `at` past the field.
    [[nodiscard]] std::optional<std::string_view> find_next(unsigned field, std::size_t& at) const;
    [[nodiscard]] std::optional<std::uint64_t> find_number(unsigned field);

    std::string_view bytes_;
    std::size_t next_ = 0;  // after the last field found: fields are read in the order they were
                            // written
};

}  // namespace hark
