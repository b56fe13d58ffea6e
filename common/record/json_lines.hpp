// Records as JSON Lines: one object per line, keys in a fixed order, left out where they do not
// apply (docs/protocol.md, "The record").
#pragma once

#include "common/record/record.hpp"
#include "common/record/record_head.hpp"
#include "common/record/record_values.hpp"

#include <string>

namespace hark {

class JsonLines {
   public:
    // `run` identifies this run of the daemon in every record.
    explicit JsonLines(std::string run) : run_{std::move(run)} {}

    // Appends `record` as one line, with its LF.
    void append(std::string& into, const Record& record);

   private:
    void append_head(std::string& into, const Record& record);

    std::string run_;
    TimeText time_;
    RecordHead head_;
};

}  // namespace hark
