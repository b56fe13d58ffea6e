#include "common/record/record_keys.hpp"

namespace hark {

namespace {

// JSON names are lower case and need no escaping; a field's name is the prefix and the same name in
// upper case. Each row is at the index of its key.
consteval bool are_consistent() {
    for (std::size_t place = 0; place < KEYS; ++place) {
        const KeySpec& row = RECORD_KEYS[place];
        const std::string_view field = row.field.text();
        if (static_cast<std::size_t>(row.key) != place || row.name.empty()) return false;
        if (!field.starts_with(JOURNAL_PREFIX)) return false;
        if (field.size() != JOURNAL_PREFIX.size() + row.name.size()) return false;
        for (std::size_t i = 0; i < row.name.size(); ++i) {
            const char c = row.name[i];
            const char upper = field[JOURNAL_PREFIX.size() + i];
            if (c == '_' || (c >= '0' && c <= '9') ? upper != c
                                                   : c < 'a' || c > 'z' || upper != c - 'a' + 'A')
                return false;
        }
        for (std::size_t before = 0; before < place; ++before) {
            if (RECORD_KEYS[before].name == row.name) return false;
        }
    }
    return true;
}
static_assert(are_consistent());

}  // namespace

std::optional<Key> find_key(std::string_view name) noexcept {
    for (const KeySpec& row : RECORD_KEYS) {
        if (row.name == name) return row.key;
    }
    return std::nullopt;
}

std::optional<Key> find_key_of_field(std::string_view field) noexcept {
    if (!field.starts_with(JOURNAL_PREFIX)) return std::nullopt;
    for (const KeySpec& row : RECORD_KEYS) {
        if (row.field.text() == field) return row.key;
    }
    return std::nullopt;
}

}  // namespace hark
