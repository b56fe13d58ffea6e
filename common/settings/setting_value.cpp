#include "common/settings/setting_value.hpp"

#include "common/locale/i18n.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace hark {

namespace {

// Describes what the user wrote, for "expected a string, got 5".
struct Describe {
    std::string operator()(const std::string& text) const {
        return text.empty() ? _("an empty string") : _("a string");
    }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return fmt::format("{}", number); }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(TomlDate) const { return _("a date or time"); }
    std::string operator()(const TomlArray& array) const {
        return array.empty() ? _("an empty array") : _("an array");
    }
    std::string operator()(const TomlTable&) const { return _("a table"); }
};

}  // namespace

const Unit MILLISECONDS{N_("a number of milliseconds from {} to {}"), 1};
const Unit SECONDS{N_("a number of seconds from {} to {}"), 1000};

void SettingValue::reject(std::string_view expected) const {
    mistakes_.add(value_.origin, formatted(_("{}: expected {}, got {}"), name_, expected,
                                           std::visit(Describe{}, value_.data)));
}

const std::string* SettingValue::text() const {
    const auto* const text = std::get_if<std::string>(&value_.data);
    if (text == nullptr) reject(_("a string"));
    return text;
}

std::vector<SettingValue> SettingValue::texts() const {
    const auto* const array = std::get_if<TomlArray>(&value_.data);
    std::vector<SettingValue> texts;
    if (std::holds_alternative<std::string>(value_.data)) {
        texts.push_back(*this);
    } else if (array == nullptr || array->empty()) {
        reject(_("a string or an array of strings"));
    } else {
        for (const TomlValue& element : *array) {
            const SettingValue value{name_, element, mistakes_};
            if (value.text() != nullptr) texts.push_back(value);
        }
    }
    return texts;
}

std::optional<std::vector<SettingValue>> SettingValue::texts_or_none() const {
    const auto* const array = std::get_if<TomlArray>(&value_.data);
    if (array != nullptr && array->empty()) return std::vector<SettingValue>{};
    std::vector<SettingValue> given = texts();
    if (given.empty()) return {};
    return given;
}

std::optional<bool> SettingValue::flag() const {
    const auto* const flag = std::get_if<bool>(&value_.data);
    if (flag != nullptr) return *flag;
    reject(_("true or false"));
    return {};
}

std::optional<std::uint32_t> SettingValue::count(std::uint32_t least, std::uint32_t most) const {
    const auto* const number = std::get_if<std::int64_t>(&value_.data);
    if (number != nullptr && *number >= least && *number <= most) {
        return static_cast<std::uint32_t>(*number);
    }
    reject(formatted(_("a whole number from {} to {}"), least, most));
    return {};
}

std::optional<std::uint32_t> SettingValue::choice(std::initializer_list<std::uint32_t> choices,
                                                  std::string_view expected) const {
    const auto* const number = std::get_if<std::int64_t>(&value_.data);
    for (const std::uint32_t choice : choices) {
        if (number != nullptr && *number == choice) return choice;
    }
    reject(expected);
    return {};
}

std::optional<std::chrono::milliseconds> SettingValue::duration(const Unit& unit, double least,
                                                                double most) const {
    std::optional<double> number;
    if (const auto* const real = std::get_if<double>(&value_.data)) number = *real;
    if (const auto* const whole = std::get_if<std::int64_t>(&value_.data)) {
        number = static_cast<double>(*whole);
    }
    if (number && *number >= least && *number <= most) {
        using Milliseconds = std::chrono::duration<double, std::milli>;
        return std::chrono::ceil<std::chrono::milliseconds>(
            Milliseconds{*number * unit.milliseconds});
    }
    reject(formatted(_(unit.expected), least, most));
    return {};
}

std::vector<const TomlValue*> SettingValue::tables() const {
    const auto* const array = std::get_if<TomlArray>(&value_.data);
    const auto is_table = [](const TomlValue& value) {
        return std::holds_alternative<TomlTable>(value.data);
    };
    std::vector<const TomlValue*> tables;
    if (array == nullptr || array->empty() || !std::ranges::all_of(*array, is_table)) {
        reject(fmt::format("[[{}]]", name_));
    } else {
        for (const TomlValue& table : *array) tables.push_back(&table);
    }
    return tables;
}

const TomlTable* SettingValue::table() const {
    const auto* const table = std::get_if<TomlTable>(&value_.data);
    if (table == nullptr) reject(fmt::format("[{}]", name_));
    return table;
}

}  // namespace hark
