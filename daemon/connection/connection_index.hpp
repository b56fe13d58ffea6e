// Connections by number, and in the order of their numbers. Numbers only grow, so a new connection
// goes to the end. When one is gone, its place stays, with the number in it, until a quarter of the
// places are such. Finding one takes a few steps however many there are, and a connection costs
// little more than a pointer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace hark {

class Connection;

class ConnectionIndex {
   public:
    // Its number must be above all that were added before, and it must live until remove().
    void add(Connection& connection);
    void remove(const Connection& connection) noexcept;

    // The connection with that number, or null.
    [[nodiscard]] Connection* find(std::uint64_t number) const noexcept;
    // At most `limit` connections with numbers above `after`, in the order of their numbers.
    [[nodiscard]] std::vector<Connection*> page(std::uint64_t after, std::size_t limit) const;

   private:
    // A connection, or the number of one that is gone.
    class Place {
       public:
        explicit Place(Connection& connection) noexcept
            : bits_{reinterpret_cast<std::uintptr_t>(&connection)} {}
        void leave(std::uint64_t number) noexcept { bits_ = number << 1U | GONE; }
        // Null: it is gone.
        [[nodiscard]] Connection* connection() const noexcept {
            if ((bits_ & GONE) != 0) return nullptr;
            return reinterpret_cast<Connection*>(static_cast<std::uintptr_t>(bits_));
        }
        [[nodiscard]] std::uint64_t number() const noexcept;

       private:
        // Not set in any object's address, since objects are aligned.
        static constexpr std::uint64_t GONE = 1;
        std::uint64_t bits_;
    };
    using Places = std::deque<Place>;

    // The first place with that number or a higher one.
    [[nodiscard]] Places::const_iterator from(std::uint64_t number) const noexcept;

    Places places_;
    std::size_t gone_ = 0;
};

}  // namespace hark
