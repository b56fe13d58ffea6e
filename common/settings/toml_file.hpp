// A TOML file as plain values, each with its origin. toml++ takes seconds to compile, so only
// toml_file.cpp includes it.
#pragma once

#include "common/settings/mistakes.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hark {

struct TomlValue;
struct TomlEntry;

struct TomlDate {};  // also a time; no setting has this type
using TomlArray = std::vector<TomlValue>;
using TomlTable = std::vector<TomlEntry>;  // unordered, without duplicate keys

struct TomlValue {
    Origin origin;
    std::variant<std::string, std::int64_t, double, bool, TomlDate, TomlArray, TomlTable> data;
};

struct TomlEntry {
    std::string key;
    Origin key_origin;
    TomlValue value;
};

// nullptr if `table` does not have the key.
[[nodiscard]] const TomlValue* find(const TomlTable& table, std::string_view key) noexcept;

// The text of the file at `path`. Throws SystemError, which calls it `name`, if it cannot be read.
[[nodiscard]] std::string read_file(const std::string& path, const std::string& name);

// Reads the text of a file that origins call `name`. A syntax error is added to `mistakes`, and the
// result is an empty table.
[[nodiscard]] TomlTable parse_toml(const std::string& text, const std::string& name,
                                   Mistakes& mistakes);

}  // namespace hark
