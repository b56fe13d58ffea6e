#include "tests/prove/names.hpp"

#include <cstdio>

#include <unistd.h>

namespace hark::prove {

void Names::created(const std::string& path) {
    changes_.push_back({.from = {}, .to = path});
}

void Names::renamed(const std::string& from, const std::string& to) {
    changes_.push_back({.from = from, .to = to});
}

void Names::cut_power(Random& random) {
    const std::size_t left = random() % (changes_.size() + 1);
    for (; changes_.size() > left; changes_.pop_back()) {
        const Change& change = changes_.back();
        if (change.from.empty()) {
            ::unlink(change.to.c_str());
        } else {
            static_cast<void>(std::rename(change.to.c_str(), change.from.c_str()));
        }
    }
    changes_.clear();
}

}  // namespace hark::prove
