// Which names of files are on disk: a change is there once its folder has been synced; a power cut
// leaves the first few of the changes since then.
#pragma once

#include "tests/prove/disk.hpp"

#include <string>
#include <vector>

namespace hark::prove {

class Names {
   public:
    void created(const std::string& path);
    void renamed(const std::string& from, const std::string& to);
    // All changes are on disk.
    void synced() noexcept { changes_.clear(); }
    // The power fails.
    void cut_power(Random& random);

   private:
    struct Change {
        std::string from;  // empty: it is a new file
        std::string to;
    };
    std::vector<Change> changes_;  // the oldest first
};

}  // namespace hark::prove
