// Reads a table of the configuration file with a list of settings: each has a name, and a reader
// that checks the value and stores it.
#pragma once

#include "common/settings/setting_value.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace hark {

template <typename Target>
struct Setting {
    std::string_view name;
    std::function<void(const SettingValue&, Target&)> read;
};

// --- Destinations -------------------------------------------------------------------------------

// at(&Config::limits, &ConnectionLimits::quiet): a member of a member of the target.
template <typename... Members>
auto at(Members... members) {
    return [members...](auto& target) -> auto& {
        return (target.*....*members);
    };
}

// --- Kinds of values ----------------------------------------------------------------------------

template <typename Place>
auto flag(Place place) {
    return [place](const SettingValue& value, auto& target) {
        if (const auto flag = value.flag()) place(target) = *flag;
    };
}

template <typename Place>
auto count(std::uint32_t least, std::uint32_t most, Place place) {
    return [least, most, place](const SettingValue& value, auto& target) {
        if (const auto count = value.count(least, most)) place(target) = *count;
    };
}

template <typename Place>
auto duration(const Unit& unit, double least, double most, Place place) {
    return [&unit, least, most, place](const SettingValue& value, auto& target) {
        if (const auto duration = value.duration(unit, least, most)) place(target) = *duration;
    };
}

template <typename Place>
auto text(Place place) {
    return [place](const SettingValue& value, auto& target) {
        if (const std::string* const text = value.text()) place(target) = *text;
    };
}

// `parse` converts text to an optional value (see parsing.hpp).
template <typename Parse, typename Place>
auto text(Parse parse, Place place) {
    return [parse, place](const SettingValue& value, auto& target) {
        const std::string* const text = value.text();
        if (text == nullptr) return;
        if (auto parsed = parse(*text, value.origin(), value.mistakes())) place(target) = *parsed;
    };
}

// The same for a `parse` that also takes the setting's name, for its messages.
template <typename Parse, typename Place>
auto named_text(Parse parse, Place place) {
    return [parse, place](const SettingValue& value, auto& target) {
        const std::string* const text = value.text();
        if (text == nullptr) return;
        if (auto parsed = parse(value.name(), *text, value.origin(), value.mistakes())) {
            place(target) = *parsed;
        }
    };
}

// A string or an array of strings; each is passed to `add` unchanged.
template <typename Add>
auto texts(Add add) {
    return [add](const SettingValue& value, auto& target) {
        for (const SettingValue& each : value.texts()) {
            add(target, *each.text(), each.origin(), each.mistakes());
        }
    };
}

// A string or an array of strings, which may be empty: `parse` gets all of them at once.
template <typename Parse, typename Place>
auto list(Parse parse, Place place) {
    return [parse, place](const SettingValue& value, auto& target) {
        if (const auto texts = value.texts_or_none()) place(target) = parse(*texts);
    };
}

// [NAME] or { … }: passed to `read`.
template <typename Read>
auto table(Read read) {
    return [read](const SettingValue& value, auto& target) {
        if (const TomlTable* const table = value.table()) {
            read(target, *table, value.origin(), value.mistakes());
        }
    };
}

// [[NAME]]: each table is passed to `add`.
template <typename Add>
auto tables(Add add) {
    return [add](const SettingValue& value, auto& target) {
        for (const TomlValue* const table : value.tables()) {
            add(target, std::get<TomlTable>(table->data), table->origin, value.mistakes());
        }
    };
}

// --- The table ----------------------------------------------------------------------------------

template <typename Target>
std::vector<std::string> names(const std::vector<Setting<Target>>& settings) {
    std::vector<std::string> names;
    names.reserve(settings.size());
    for (const Setting<Target>& setting : settings) names.emplace_back(setting.name);
    return names;
}

// Reads the settings in the order of `settings`; those missing from `table` stay unchanged.
template <typename Target>
void read_table(const TomlTable& table, const std::vector<Setting<Target>>& settings,
                Target& target, Mistakes& mistakes) {
    for (const Setting<Target>& setting : settings) {
        if (const TomlValue* const value = find(table, setting.name)) {
            setting.read({setting.name, *value, mistakes}, target);
        }
    }
}

}  // namespace hark
