// The values of a reply, taken with the types that they must have. A key that is missing, or whose
// value is of another type, gives an empty value, and is remembered: who has read all asks once
// whether it was sound.
#pragma once

#include "common/varlink/json_fwd.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hark {

class JsonFields {
   public:
    // `object` must outlive it.
    explicit JsonFields(const varlink::Json& object) noexcept : object_{object} {}

    [[nodiscard]] std::uint64_t count(const char* key);
    [[nodiscard]] double number(const char* key);  // not negative
    [[nodiscard]] bool flag(const char* key);
    [[nodiscard]] std::string text(const char* key);  // UTF-8
    // Empty, and no fault, where it is not there or null.
    [[nodiscard]] std::optional<std::uint64_t> maybe_count(const char* key);
    [[nodiscard]] std::optional<double> maybe_number(const char* key);
    [[nodiscard]] std::string maybe_text(const char* key);
    // A text or a number as it is written, "?" for anything else; never a fault.
    [[nodiscard]] std::string shown(const char* key) const;
    // Null, and no fault, where it is not there.
    [[nodiscard]] const varlink::Json* maybe_any(const char* key) const { return find(key); }
    // A nested object; an empty one in place of anything else.
    [[nodiscard]] const varlink::Json& object(const char* key);
    // The elements of a list; none in place of anything else.
    [[nodiscard]] std::vector<const varlink::Json*> list(const char* key);
    [[nodiscard]] std::vector<std::string> texts(const char* key);
    // The members of an object of counts, in their order.
    [[nodiscard]] std::vector<std::pair<std::string, std::uint64_t>> counts(const char* key);

    // A fault that was found in a part.
    void blame(const std::string& fault);
    [[nodiscard]] bool sound() const noexcept { return fault_.empty(); }
    // The first key that was not as it must be.
    [[nodiscard]] const std::string& fault() const noexcept { return fault_; }

   private:
    // Null when it is not there.
    [[nodiscard]] const varlink::Json* find(const char* key) const;
    [[nodiscard]] const varlink::Json& need(const char* key);

    const varlink::Json& object_;
    std::string fault_;
};

}  // namespace hark
