// Reads the parameters of a call by name and type. The first mistake is remembered and reported
// once all have been read, as the parameter name in org.varlink.service.InvalidParameter.
#pragma once

#include "common/varlink/json_fwd.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

class Parameters {
   public:
    // `given` must outlive it.
    explicit Parameters(const varlink::Json& given) noexcept : given_{given} {}

    // Optional parameters: nullopt if absent or null.
    [[nodiscard]] std::optional<std::uint64_t> number(const char* name);
    [[nodiscard]] std::optional<std::string> text(const char* name);
    [[nodiscard]] std::optional<std::vector<std::string>> texts(const char* name);

    // Required parameters; a text must not be empty.
    [[nodiscard]] std::uint64_t wanted_number(const char* name);
    [[nodiscard]] std::string wanted_text(const char* name);

    // Marks a parameter as invalid.
    void reject(std::string_view name) {
        if (!wrong_) wrong_ = name;
    }

    // The first parameter that is invalid or unknown.
    [[nodiscard]] std::optional<std::string> wrong() const;

   private:
    [[nodiscard]] const varlink::Json* find(const char* name);

    const varlink::Json& given_;
    std::set<std::string, std::less<>> asked_;
    std::optional<std::string> wrong_;
};

}  // namespace hark
