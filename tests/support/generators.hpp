// Random texts for property tests (rapidcheck).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <rapidcheck.h>

namespace hark::test {

// Any number of values from `token`, concatenated.
[[nodiscard]] inline rc::Gen<std::string> joined(rc::Gen<std::string> token) {
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(std::move(token)),
                        [](const std::vector<std::string>& tokens) {
                            std::string all;
                            for (const std::string& each : tokens) all += each;
                            return all;
                        });
}

}  // namespace hark::test
