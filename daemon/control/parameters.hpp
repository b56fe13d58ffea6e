// The parameters of a call, read by name and type. What is wrong is remembered, and told once all
// have been read: which one, as org.varlink.service.InvalidParameter wants it.
#pragma once

#include "common/varlink/message.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

class Parameters {
   public:
    explicit Parameters(const varlink::Json& given) noexcept : given_{given} {}

    // Nothing where it is not given, or null.
    [[nodiscard]] std::optional<std::uint64_t> number(const char* name) {
        const varlink::Json* const value = find(name);
        if (value == nullptr) return std::nullopt;
        if (value->is_number_unsigned()) return value->get<std::uint64_t>();
        reject(name);
        return std::nullopt;
    }
    [[nodiscard]] std::optional<std::string> text(const char* name) {
        const varlink::Json* const value = find(name);
        if (value == nullptr) return std::nullopt;
        if (value->is_string()) return value->get<std::string>();
        reject(name);
        return std::nullopt;
    }
    [[nodiscard]] std::optional<std::vector<std::string>> texts(const char* name) {
        const varlink::Json* const value = find(name);
        if (value == nullptr) return std::nullopt;
        std::vector<std::string> texts;
        bool good = value->is_array();
        for (std::size_t index = 0; good && index < value->size(); ++index) {
            const varlink::Json& element = (*value)[index];
            good = element.is_string();
            if (good) texts.push_back(element.get<std::string>());
        }
        if (good) return texts;
        reject(name);
        return std::nullopt;
    }

    // The same of what must be there.
    [[nodiscard]] std::uint64_t wanted_number(const char* name) {
        const auto value = number(name);
        if (!value) reject(name);
        return value.value_or(0);
    }
    [[nodiscard]] std::string wanted_text(const char* name) {
        auto value = text(name);
        if (!value || value->empty()) reject(name);
        return std::move(value).value_or("");
    }

    // This one makes no sense.
    void reject(std::string_view name) {
        if (!wrong_) wrong_ = name;
    }

    // The first that is wrong, or that nobody asked for.
    [[nodiscard]] std::optional<std::string> wrong() const {
        if (wrong_) return wrong_;
        for (const auto& [name, value] : given_.items()) {
            if (!asked_.contains(name)) return name;
        }
        return std::nullopt;
    }

   private:
    [[nodiscard]] const varlink::Json* find(const char* name) {
        asked_.insert(name);
        const auto found = given_.find(name);
        return found == given_.end() || found->is_null() ? nullptr : &*found;
    }

    const varlink::Json& given_;
    std::set<std::string, std::less<>> asked_;
    std::optional<std::string> wrong_;
};

}  // namespace hark
