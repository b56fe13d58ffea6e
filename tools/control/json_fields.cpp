#include "tools/control/json_fields.hpp"

namespace hark {

using varlink::Json;

namespace {

const Json NOTHING;
const Json NO_OBJECT = Json::object();
const Json NO_LIST = Json::array();

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

std::string JsonFields::maybe_text(const char* key) {
    return find(key) == nullptr ? std::string{} : text(key);
}

const Json& JsonFields::object(const char* key) {
    const Json& value = need(key);
    if (value.is_object()) return value;
    blame(key);
    return NO_OBJECT;
}

const Json& JsonFields::list(const char* key) {
    const Json& value = need(key);
    if (value.is_array()) return value;
    blame(key);
    return NO_LIST;
}

void JsonFields::blame(const std::string& fault) {
    if (fault_.empty()) fault_ = fault;
}

}  // namespace hark
