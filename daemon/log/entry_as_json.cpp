// The fields of a record stand in an entry as the keys do in a line, but for the time, which comes
// first in a line and is not the first in an entry.
#include "daemon/log/entry_as_json.hpp"

#include "common/text/printable.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace hark {

namespace {

constexpr std::string_view PREFIX = "HARK_";
constexpr std::string_view TIME = "HARK_TIME";
// Those whose values are no strings.
constexpr std::array<std::string_view, 10> BARE{
    "HARK_CONN", "HARK_UID",   "HARK_PID",      "HARK_SEQ",       "HARK_PART",
    "HARK_MORE", "HARK_BYTES", "HARK_MESSAGES", "HARK_DISCARDED", "HARK_SECONDS",
};

struct Field {
    std::string_view name;
    std::string_view value;
};

// Takes the first field off `entry` (journal_field.hpp has its form).
Field take_field(std::string_view& entry) noexcept {
    constexpr std::size_t SIZE_BYTES = 8;
    const std::size_t name_end = std::min(entry.find_first_of("=\n"), entry.size() - 1);
    Field field{.name = entry.substr(0, name_end), .value = {}};
    const bool has_size = entry[name_end] == '\n';
    entry.remove_prefix(name_end + 1);
    std::size_t size = entry.find('\n');
    if (has_size) {
        std::uint64_t number = 0;
        for (std::size_t byte = SIZE_BYTES; byte-- > 0;) {
            number = number << 8 | static_cast<unsigned char>(entry[byte]);
        }
        size = static_cast<std::size_t>(number);
        entry.remove_prefix(SIZE_BYTES);
    }
    field.value = entry.substr(0, size);
    entry.remove_prefix(field.value.size() + 1);
    return field;
}

void append_key(std::string& into, std::string_view name) {
    into.push_back('"');
    for (const char c : name.substr(PREFIX.size())) into.push_back(static_cast<char>(c | 0x20));
    into.append("\":");
}

void append_value(std::string& into, const Field& field) {
    if (std::ranges::find(BARE, field.name) != BARE.end()) {
        into.append(field.value);
    } else {
        append_json_string(into, field.value);
    }
}

}  // namespace

void append_entry_as_json(std::string& into, std::string_view entry) {
    into.append(R"({"time":)");
    const std::size_t behind_time = into.size();
    std::string time;
    while (!entry.empty()) {
        const Field field = take_field(entry);
        if (field.name == TIME) {
            append_json_string(time, field.value);
        } else if (field.name.starts_with(PREFIX)) {
            into.push_back(',');
            append_key(into, field.name);
            append_value(into, field);
        }
    }
    into.insert(behind_time, time);
    into.append("}\n");
}

}  // namespace hark
