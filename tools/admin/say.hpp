// `hark say`: the operator's words to a client, or to all.
#pragma once

#include <string>
#include <vector>

namespace hark {

struct SayOptions {
    std::string control;  // empty: the usual places
    bool all = false;
    bool json = false;
    std::vector<std::string> words;  // in the locale's charset: the number, unless to all; the text
};

// Returns the exit status. Throws ControlError, UsageError and SystemError.
[[nodiscard]] int say(const SayOptions& options);

}  // namespace hark
