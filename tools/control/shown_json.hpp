// Re-serializes JSON from an untrusted source for display: on one line, with everything unsafe
// escaped.
#pragma once

#include "common/varlink/json_fwd.hpp"

#include <string>

namespace hark {

// Appends `value`, which must not nest deeper than a reply may.
void append_shown_json(std::string& into, const varlink::Json& value);

}  // namespace hark
