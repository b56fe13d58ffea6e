// Reads logs as anybody would, with a JSON library and without any code of harkd's, and compares
// them with what clients were told.
#pragma once

#include "tests/prove/client.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace hark::prove {

// A connection: the daemon's run, and its number there.
using ConnectionName = std::pair<std::string, std::uint64_t>;

class LogCheck {
   public:
    // Adds the content of a file; in the order in which they were written.
    void add(const std::string& bytes);
    // Throws std::runtime_error with what does not hold.
    void compare(const std::map<ConnectionName, Told>& told) const;

    [[nodiscard]] std::uint64_t messages() const noexcept { return messages_; }
    // Of the records of messages; the same for the same ones.
    [[nodiscard]] std::uint64_t digest() const noexcept { return digest_; }

   private:
    struct Found {
        std::string bytes;
        std::uint64_t parts = 0;
        bool whole = false;
        bool was_cut = false;  // by the end of its connection
    };
    void add_line(const std::string& line);

    std::map<ConnectionName, std::vector<Found>> found_;
    std::uint64_t messages_ = 0;
    std::uint64_t digest_ = 0;
};

}  // namespace hark::prove
