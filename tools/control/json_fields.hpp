// Reads the values of a reply with their required types. If a key is missing or has another type,
// the value is empty and the fault is remembered; the reader checks fault() once, at the end.
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
    // Empty, without a fault, if missing or null.
    [[nodiscard]] std::optional<std::uint64_t> maybe_count(const char* key);
    [[nodiscard]] std::optional<double> maybe_number(const char* key);
    [[nodiscard]] std::optional<bool> maybe_flag(const char* key);
    [[nodiscard]] std::string maybe_text(const char* key);
    // A string or number as text, "?" for anything else; never a fault.
    [[nodiscard]] std::string shown(const char* key) const;
    // Null, without a fault, if missing.
    [[nodiscard]] const varlink::Json* maybe_any(const char* key) const { return find(key); }
    // A nested object; an empty one if the value is not an object.
    [[nodiscard]] const varlink::Json& object(const char* key);
    // The elements of a list; empty if the value is not a list.
    [[nodiscard]] std::vector<const varlink::Json*> list(const char* key);
    [[nodiscard]] std::vector<std::string> texts(const char* key);
    // The members of an object of counts, in order.
    [[nodiscard]] std::vector<std::pair<std::string, std::uint64_t>> counts(const char* key);

    // Records a fault found in a nested value.
    void blame(const std::string& fault);
    [[nodiscard]] bool ok() const noexcept { return fault_.empty(); }
    // The first offending key; empty if there is none.
    [[nodiscard]] const std::string& fault() const noexcept { return fault_; }

   private:
    // Null if missing.
    [[nodiscard]] const varlink::Json* find(const char* key) const;
    [[nodiscard]] const varlink::Json& need(const char* key);

    const varlink::Json& object_;
    std::string fault_;
};

}  // namespace hark
