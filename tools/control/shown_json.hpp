// JSON from elsewhere, written again so that it can be shown: on one line, with everything unsafe
// escaped.
#pragma once

#include "common/varlink/json_fwd.hpp"

#include <string>

namespace hark {

// Appends `value`, which is nested as deep as a reply may be.
void append_shown_json(std::string& into, const varlink::Json& value);

}  // namespace hark
