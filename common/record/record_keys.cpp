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

// A hash table with linear probing: a name is searched from its hash up to the first free bucket.
constexpr std::size_t BUCKETS = 128;
constexpr std::uint8_t FREE = 0xFF;
static_assert(KEYS < BUCKETS / 2);

// `name` in lower or upper case, without the prefix, not empty.
constexpr std::size_t hash(std::string_view name) noexcept {
    const auto letter = [](char c) { return static_cast<std::size_t>(c) & 0x1FU; };
    return (name.size() * 37 + letter(name.front()) * 5 + letter(name.back())) % BUCKETS;
}

constexpr auto PLACES = [] {
    std::array<std::uint8_t, BUCKETS> places{};
    places.fill(FREE);
    for (std::size_t place = 0; place < KEYS; ++place) {
        std::size_t bucket = hash(RECORD_KEYS[place].name);
        while (places[bucket] != FREE) bucket = (bucket + 1) % BUCKETS;
        places[bucket] = static_cast<std::uint8_t>(place);
    }
    return places;
}();

// The key whose `text_of` is `text`; `name` is the part of it that is hashed.
template <typename TextOf>
std::optional<Key> find(std::string_view name, std::string_view text, TextOf text_of) noexcept {
    if (name.empty()) return std::nullopt;
    for (std::size_t bucket = hash(name); PLACES[bucket] != FREE; bucket = (bucket + 1) % BUCKETS) {
        const KeySpec& row = RECORD_KEYS[PLACES[bucket]];
        if (text_of(row) == text) return row.key;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Key> find_key(std::string_view name) noexcept {
    return find(name, name, [](const KeySpec& row) { return row.name; });
}

std::optional<Key> find_key_of_field(std::string_view field) noexcept {
    if (!field.starts_with(JOURNAL_PREFIX)) return std::nullopt;
    return find(field.substr(JOURNAL_PREFIX.size()), field,
                [](const KeySpec& row) { return row.field.text(); });
}

}  // namespace hark
