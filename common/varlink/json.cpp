#include "common/varlink/json.hpp"

namespace hark::varlink {

JsonBox::JsonBox() : value_{std::make_unique<Json>(Json::object())} {}
// Parentheses, since braces would make an array of one value.
JsonBox::JsonBox(Json value) : value_{std::make_unique<Json>(std::move(value))} {}
JsonBox::JsonBox(const JsonBox& other) : value_{std::make_unique<Json>(*other.value_)} {}
JsonBox& JsonBox::operator=(const JsonBox& other) {
    if (this != &other) value_ = std::make_unique<Json>(*other.value_);
    return *this;
}
JsonBox::JsonBox(JsonBox&&) noexcept = default;
JsonBox& JsonBox::operator=(JsonBox&&) noexcept = default;
JsonBox::~JsonBox() = default;

}  // namespace hark::varlink
