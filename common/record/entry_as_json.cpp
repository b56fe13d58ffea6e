#include "common/record/entry_as_json.hpp"

#include "common/record/log_json.hpp"
#include "common/record/log_record.hpp"
#include "common/record/record_keys.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace hark {

namespace {

struct Field {
    std::string_view name;
    std::string_view value;
};

// Removes and returns the first field of `entry`; see append_field() in journal_field.hpp for its
// format.
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

}  // namespace

void append_entry_as_json(std::string& into, std::string_view entry) {
    LogRecord record;
    while (!entry.empty()) {
        const Field field = take_field(entry);
        // JournalEntries wrote these fields, so they are valid.
        if (const std::optional<Key> key = find_key_of_field(field.name)) {
            static_cast<void>(record.set(*key, field.value));
        }
    }
    append_log_json(into, record);
}

}  // namespace hark
