// Plain data as bytes and back, for what one process leaves to the next. Each struct has one
// describe(), which serves both directions:
//
//     template <typename Archive>
//     void describe(Archive& archive, Held& held) {
//         held.bytes = archive.text(1, held.bytes, MAX_HELD);
//         held.since = archive.time(2, held.since);
//     }
//
// A struct is a sequence of fields: number and length, as LEB128, and so many bytes. One that is
// missing keeps the value of a new object, and one that is unknown is skipped: a version that has
// only added fields reads what the one before it has written.
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

// What is read is no state, or not one that can be used.
class StateError : public std::runtime_error {
   public:
    using std::runtime_error::runtime_error;
};

namespace archive {

// Numbers of either sign as unsigned ones: small stays small.
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
// Nothing: it does not fit.
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

// The number of elements of a list, unless a struct knows better.
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
    // What must hold of a struct that is read.
    void require(bool) noexcept {}

   private:
    void put(unsigned field, std::uint64_t number);
    void put(unsigned field, std::string_view bytes);

    std::string& into_;
};

class StateReader {
   public:
    // Throws StateError if `bytes`, which must outlive the reader, are no fields.
    explicit StateReader(std::string_view bytes);

    // Each returns what the field says or, where there is none, the value that it was given. Throws
    // StateError if that is none for this field: `most` is the largest number, the longest text,
    // the longest list.

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
    // Throws StateError if a struct is not what it must be.
    void require(bool holds);

   private:
    // Of a clock or a duration. Sums of some of them do not overflow.
    [[nodiscard]] std::int64_t ticks(unsigned field, std::int64_t value);

    template <typename Value>
    static constexpr Value largest() noexcept {
        if constexpr (std::is_enum_v<Value>) {
            return Value{};  // an enumeration is always given its last enumerator
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
    // The field at `at`, which moves behind it.
    struct Field {
        std::uint64_t number;
        std::string_view bytes;
    };
    [[nodiscard]] Field take(std::size_t& at) const;
    [[nodiscard]] std::optional<std::string_view> find(unsigned field);
    // From `at` on, which moves behind it.
    [[nodiscard]] std::optional<std::string_view> find_next(unsigned field, std::size_t& at) const;
    [[nodiscard]] std::optional<std::uint64_t> find_number(unsigned field);

    std::string_view bytes_;
    std::size_t next_ = 0;  // where the last field was found: they are read as they were written
};

}  // namespace hark
