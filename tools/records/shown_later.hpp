// For reading backwards: the messages that go on in the sections already read, and the part from
// which on those have shown them. If there are too many, the oldest are forgotten.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace hark {

class ShownLater {
   public:
    static constexpr std::size_t MOST_HELD = 16 * 1024 * 1024;  // bytes

    void clear() noexcept;
    // Notes that `message`, whose first part in its section is `next`, was shown from part `first`
    // on.
    void add(std::string_view message, std::uint64_t next, std::uint64_t first);
    // Returns the part from which on a message that goes on with `next` was shown, and forgets it;
    // nothing if the message does not go on.
    [[nodiscard]] std::optional<std::uint64_t> take(std::string_view message, std::uint64_t next);

    // Approximate, in bytes.
    [[nodiscard]] std::size_t memory() const noexcept { return held_; }

   private:
    struct Entry {
        std::string name;
        std::uint64_t first;
    };
    using Place = std::list<Entry>::iterator;

    static std::string name_of(std::string_view message, std::uint64_t next);
    static std::size_t memory_of(const Entry& entry) noexcept;
    void forget(Place entry);

    std::list<Entry> entries_;                            // the newest is the last
    std::unordered_map<std::string_view, Place> places_;  // by name
    std::size_t held_ = 0;
};

}  // namespace hark
