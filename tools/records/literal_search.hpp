// Finds a string in a large block of bytes, with or without regard to ASCII case, as fast as memory
// delivers them: it compares the needle's two rarest bytes at 16 places at once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hark {

class LiteralSearch {
   public:
    // `needle` is not empty. With `any_case`, ASCII letters match in either case.
    LiteralSearch(std::string_view needle, bool any_case);

    // Returns where the needle first occurs in `text` at or after `from`; npos: nowhere.
    [[nodiscard]] std::size_t find(std::string_view text, std::size_t from) const noexcept;

   private:
    [[nodiscard]] bool stands_at(const char* place) const noexcept;

    // A byte of the needle, and its place there. `fold`: the bit that makes a letter lower case.
    struct Probe {
        std::size_t place = 0;
        char byte = '\0';
        char fold = '\0';
    };
    [[nodiscard]] Probe probe_at(std::size_t place) const noexcept;

    std::string needle_;
    bool any_case_;
    Probe first_;
    Probe second_;
};

}  // namespace hark
