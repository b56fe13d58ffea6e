#include "daemon/control/parameters.hpp"

#include "common/varlink/json.hpp"

namespace hark {

using varlink::Json;

std::optional<std::uint64_t> Parameters::number(const char* name) {
    const Json* const value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_number_unsigned()) return value->get<std::uint64_t>();
    reject(name);
    return std::nullopt;
}

std::optional<std::string> Parameters::text(const char* name) {
    const Json* const value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_string()) return value->get<std::string>();
    reject(name);
    return std::nullopt;
}

std::optional<std::vector<std::string>> Parameters::texts(const char* name) {
    const Json* const value = find(name);
    if (value == nullptr) return std::nullopt;
    std::vector<std::string> texts;
    bool good = value->is_array();
    for (std::size_t index = 0; good && index < value->size(); ++index) {
        const Json& element = (*value)[index];
        good = element.is_string();
        if (good) texts.push_back(element.get<std::string>());
    }
    if (good) return texts;
    reject(name);
    return std::nullopt;
}

std::uint64_t Parameters::wanted_number(const char* name) {
    const auto value = number(name);
    if (!value) reject(name);
    return value.value_or(0);
}

std::string Parameters::wanted_text(const char* name) {
    auto value = text(name);
    if (!value || value->empty()) reject(name);
    return std::move(value).value_or("");
}

std::optional<std::string> Parameters::wrong() const {
    if (wrong_) return wrong_;
    for (const auto& [name, value] : given_.items()) {
        if (!asked_.contains(name)) return name;
    }
    return std::nullopt;
}

const Json* Parameters::find(const char* name) {
    asked_.insert(name);
    const auto found = given_.find(name);
    return found == given_.end() || found->is_null() ? nullptr : &*found;
}

}  // namespace hark
