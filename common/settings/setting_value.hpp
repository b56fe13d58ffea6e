// The value of one setting, with checked conversions. Each one that fails adds to `mistakes` and
// returns nothing.
#pragma once

#include "common/settings/toml_file.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace hark {

// The unit and the allowed range of a number.
struct Unit {
    const char* expected;  // untranslated: "a number of seconds from {} to {}"
    double milliseconds;
};
extern const Unit MILLISECONDS;
extern const Unit SECONDS;

class SettingValue {
   public:
    // All must outlive this.
    SettingValue(std::string_view name, const TomlValue& value, Mistakes& mistakes)
        : name_{name}, value_{value}, mistakes_{mistakes} {}

    [[nodiscard]] std::string_view name() const noexcept { return name_; }
    [[nodiscard]] Mistakes& mistakes() const noexcept { return mistakes_; }
    [[nodiscard]] const Origin& origin() const noexcept { return value_.origin; }

    // nullptr if it is not a string.
    [[nodiscard]] const std::string* text() const;
    // For a string, itself; for an array, its strings, each a SettingValue with a text().
    [[nodiscard]] std::vector<SettingValue> texts() const;
    // The same, but an empty array is valid, too; nothing if the value is not valid.
    [[nodiscard]] std::optional<std::vector<SettingValue>> texts_or_none() const;
    [[nodiscard]] std::optional<bool> flag() const;
    // A whole number from `least` to `most`.
    [[nodiscard]] std::optional<std::uint32_t> count(std::uint32_t least, std::uint32_t most) const;
    // One of `choices`, which `expected` lists: "1, 2 or 4".
    [[nodiscard]] std::optional<std::uint32_t> choice(std::initializer_list<std::uint32_t> choices,
                                                      std::string_view expected) const;
    // Rounded up to whole milliseconds; `least` and `most` are in `unit`.
    [[nodiscard]] std::optional<std::chrono::milliseconds> duration(const Unit& unit, double least,
                                                                    double most) const;
    // The tables of an array of tables, [[NAME]].
    [[nodiscard]] std::vector<const TomlValue*> tables() const;
    // A table: [NAME], or { … }.
    [[nodiscard]] const TomlTable* table() const;

   private:
    void reject(std::string_view expected) const;

    std::string_view name_;
    const TomlValue& value_;
    Mistakes& mistakes_;
};

}  // namespace hark
