// A TOML file as plain values, each with its origin. toml++ takes seconds to compile, so only
// toml_file.cpp includes it.
#pragma once

#include "daemon/config/mistakes.hpp"

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

// Reads the file at `path`; origins call it `name`. A syntax error is added to `mistakes`, and the
// result is an empty table. Throws SystemError if the file cannot be read.
[[nodiscard]] TomlTable read_toml_file(const std::string& path, const std::string& name,
                                       Mistakes& mistakes);

}  // namespace hark
