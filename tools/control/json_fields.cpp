#include "tools/control/json_fields.hpp"

#include "common/varlink/json.hpp"

namespace hark {

using varlink::Json;

namespace {

const Json NOTHING;
const Json NO_OBJECT = Json::object();

bool is_count(const Json& value) {
    return value.is_number_unsigned() ||
           (value.is_number_integer() && value.get<std::int64_t>() >= 0);
}

}  // namespace

const Json* JsonFields::find(const char* key) const {
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
}

const Json& JsonFields::need(const char* key) {
    const Json* const found = find(key);
    return found == nullptr ? NOTHING : *found;
}

std::uint64_t JsonFields::count(const char* key) {
    const Json& value = need(key);
    if (is_count(value)) return value.get<std::uint64_t>();
    blame(key);
    return 0;
}

double JsonFields::number(const char* key) {
    const Json& value = need(key);
    if (value.is_number() && value.get<double>() >= 0) return value.get<double>();
    blame(key);
    return 0;
}

bool JsonFields::flag(const char* key) {
    const Json& value = need(key);
    if (value.is_boolean()) return value.get<bool>();
    blame(key);
    return false;
}

std::string JsonFields::text(const char* key) {
    const Json& value = need(key);
    if (value.is_string()) return value.get<std::string>();
    blame(key);
    return {};
}

std::optional<std::uint64_t> JsonFields::maybe_count(const char* key) {
    if (find(key) == nullptr) return std::nullopt;
    return count(key);
}

std::optional<double> JsonFields::maybe_number(const char* key) {
    if (find(key) == nullptr) return std::nullopt;
    return number(key);
}

std::optional<bool> JsonFields::maybe_flag(const char* key) {
    if (find(key) == nullptr) return std::nullopt;
    return flag(key);
}

std::string JsonFields::maybe_text(const char* key) {
    return find(key) == nullptr ? std::string{} : text(key);
}

std::string JsonFields::shown(const char* key) const {
    const Json* const value = find(key);
    if (value != nullptr && value->is_string()) return value->get<std::string>();
    return value != nullptr && value->is_number() ? value->dump() : "?";
}

const Json& JsonFields::object(const char* key) {
    const Json& value = need(key);
    if (value.is_object()) return value;
    blame(key);
    return NO_OBJECT;
}

std::vector<const Json*> JsonFields::list(const char* key) {
    const Json& value = need(key);
    std::vector<const Json*> elements;
    if (value.is_array()) {
        for (const Json& element : value) elements.push_back(&element);
    } else {
        blame(key);
    }
    return elements;
}

std::vector<std::string> JsonFields::texts(const char* key) {
    std::vector<std::string> texts;
    for (const Json* const element : list(key)) {
        if (element->is_string()) {
            texts.push_back(element->get<std::string>());
        } else {
            blame(key);
        }
    }
    return texts;
}

std::vector<std::pair<std::string, std::uint64_t>> JsonFields::counts(const char* key) {
    std::vector<std::pair<std::string, std::uint64_t>> counts;
    for (const auto& [name, value] : object(key).items()) {
        if (is_count(value)) {
            counts.emplace_back(name, value.get<std::uint64_t>());
        } else {
            blame(key);
        }
    }
    return counts;
}

void JsonFields::blame(const std::string& fault) {
    if (fault_.empty()) fault_ = fault;
}

}  // namespace hark
