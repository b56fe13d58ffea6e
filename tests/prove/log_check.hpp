// Reads logs as anybody would, with a JSON library and none of harkd's code, and compares them with
// what clients were told.
#pragma once

#include "tests/prove/client.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hark::prove {

// A connection: the daemon's run, and the connection's number in it.
using ConnectionName = std::pair<std::string, std::uint64_t>;

class LogCheck {
   public:
    // Adds the content of a file; files are added in the order in which they were written. Lines
    // after its first `certain` bytes are in doubt: they may be in a later file again. `torn_end`:
    // it may end in half a line.
    void add(std::string_view bytes, std::size_t certain, bool torn_end);
    // Throws std::runtime_error with what does not hold.
    void compare(const std::map<ConnectionName, Told>& told);

    [[nodiscard]] std::uint64_t messages() const noexcept { return messages_; }
    // A digest of the messages' records; the same for the same records.
    [[nodiscard]] std::uint64_t digest() const noexcept { return digest_; }

   private:
    struct Found {
        std::string bytes;
        std::uint64_t parts = 0;
        bool whole = false;
        bool was_cut = false;  // by the end of its connection
        bool as_bytes = false;
        bool in_doubt = false;  // it may be GB18030
    };
    using Place = std::pair<std::uint64_t, std::uint64_t>;  // message and part
    void add_line(std::string_view line, bool certain);
    // Takes doubtful lines up to `before`, if they would be missing otherwise.
    void fill_gap(const ConnectionName& name, Place before);
    void take(const ConnectionName& name, Place place, const std::string& line);

    static void compare_answers(const ConnectionName& name, const Told& client,
                                const std::vector<Found>& found);

    std::map<ConnectionName, std::vector<Found>> found_;
    std::map<ConnectionName, std::map<Place, std::string>> doubtful_;  // lines
    std::uint64_t messages_ = 0;
    std::uint64_t digest_ = 0;
};

}  // namespace hark::prove
