// Connections by their numbers, and in the order of these. Numbers only grow, so that a new one
// stands at the end; of one that is gone the place stays, with its number in it, until a quarter of
// the places are such. To find one takes a few steps however many there are, and a connection costs
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
    // Its number is above all that were added before. It must live until remove().
    void add(Connection& connection);
    void remove(const Connection& connection) noexcept;

    // The connection with that number, or null.
    [[nodiscard]] Connection* find(std::uint64_t number) const noexcept;
    // Those behind `after`, at most `limit` of them, in the order of their numbers.
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
        // No bit of an object's address: these are aligned.
        static constexpr std::uint64_t GONE = 1;
        std::uint64_t bits_;
    };
    using Places = std::deque<Place>;

    // The first of that number or above.
    [[nodiscard]] Places::const_iterator from(std::uint64_t number) const noexcept;

    Places places_;
    std::size_t gone_ = 0;
};

}  // namespace hark
