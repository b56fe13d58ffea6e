// Values from JSON that others have written. A value of the wrong kind counts as missing.
#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

namespace hark::nats {

using Json = nlohmann::json;

// An object, or null. Leaves out what is nested deeper than anything that a server sends: brackets
// alone would take a hundred times their size in memory.
[[nodiscard]] inline Json parse_json(std::string_view text) {
    constexpr int DEEPEST = 16;
    const auto keep = [](int depth, Json::parse_event_t, const Json&) { return depth <= DEEPEST; };
    Json json = Json::parse(text, keep, false);
    return json.is_object() ? json : Json{};
}
[[nodiscard]] inline const Json* find(const Json& object, const char* key) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
}
[[nodiscard]] inline std::string text_of(const Json& object, const char* key) {
    const Json* const value = find(object, key);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string{};
}
[[nodiscard]] inline bool flag_of(const Json& object, const char* key) {
    const Json* const value = find(object, key);
    return value != nullptr && value->is_boolean() && value->get<bool>();
}
// 0 if it is negative.
[[nodiscard]] inline std::uint64_t number_of(const Json& object, const char* key) {
    const Json* const value = find(object, key);
    return value != nullptr && value->is_number_unsigned() ? value->get<std::uint64_t>() : 0;
}
[[nodiscard]] inline const Json& part_of(const Json& object, const char* key) {
    static const Json nothing;
    const Json* const value = find(object, key);
    return value != nullptr ? *value : nothing;
}

}  // namespace hark::nats
