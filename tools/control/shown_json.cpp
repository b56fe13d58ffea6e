#include "tools/control/shown_json.hpp"

#include "common/text/printable.hpp"
#include "common/varlink/json.hpp"

namespace hark {

using varlink::Json;

void append_shown_json(std::string& into, const Json& value) {
    if (value.is_string()) {
        append_json_string(into, value.get_ref<const std::string&>());
        return;
    }
    if (!value.is_structured()) {
        into += value.dump();
        return;
    }
    into += value.is_object() ? '{' : '[';
    bool first = true;
    for (const auto& [key, part] : value.items()) {
        if (!first) into += ',';
        first = false;
        if (value.is_object()) {
            append_json_string(into, key);
            into += ':';
        }
        append_shown_json(into, part);
    }
    into += value.is_object() ? '}' : ']';
}

}  // namespace hark
