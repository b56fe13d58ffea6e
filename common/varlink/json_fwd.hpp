// JSON for code that only passes it on.
#pragma once

#include <memory>

#include <nlohmann/json_fwd.hpp>

namespace hark::varlink {

using Json = nlohmann::ordered_json;

// Owns a JSON value whose type is incomplete. Never empty unless moved from.
class JsonBox {
   public:
    JsonBox();  // an empty object
    // Implicit: a value and its box are equivalent.
    JsonBox(Json value);
    JsonBox(const JsonBox& other);
    JsonBox& operator=(const JsonBox& other);
    JsonBox(JsonBox&&) noexcept;
    JsonBox& operator=(JsonBox&&) noexcept;
    ~JsonBox();

    [[nodiscard]] const Json& operator*() const noexcept { return *value_; }
    [[nodiscard]] Json& operator*() noexcept { return *value_; }
    [[nodiscard]] const Json* operator->() const noexcept { return value_.get(); }

   private:
    std::unique_ptr<Json> value_;
};

}  // namespace hark::varlink
