// An invalid command line.
#pragma once

#include <stdexcept>

namespace hark {

// what() is for people: UTF-8, in the user's language.
class UsageError : public std::runtime_error {
   public:
    using std::runtime_error::runtime_error;
};

}  // namespace hark
