// JSON itself, for the few sources that look into a value or build one: the header costs seconds
// to compile. All others make do with json_fwd.hpp.
#pragma once

#include "common/varlink/json_fwd.hpp"

#include <nlohmann/json.hpp>
