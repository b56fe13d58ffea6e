// How records are printed: for people, as JSON, or as the user says.
#pragma once

#include "common/record/record_keys.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hark {

struct RecordForm {
    bool json = false;
    std::string format;       // see RecordFormat; empty: none
    std::vector<Key> fields;  // only these, in this order; empty: all
};

// For options. Throw UsageError.
void take_format(RecordForm& into, const std::string& value);
void take_fields(RecordForm& into, const std::string& value);

}  // namespace hark
