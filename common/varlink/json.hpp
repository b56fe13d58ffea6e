// The full JSON type, for the few sources that inspect or build a value: the header takes seconds
// to compile. All others use json_fwd.hpp.
#pragma once

#include "common/varlink/json_fwd.hpp"

#include <nlohmann/json.hpp>
