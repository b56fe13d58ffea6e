// The lines, sent or still unsent, that the server has not acknowledged: in order, with the
// daemon's message numbers on the connection. Empty lines have no number and are not kept.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace hark {

class UnacknowledgedLines {
   public:
    static constexpr std::size_t MOST_BYTES = 1024 * 1024;
    static constexpr std::size_t MOST_LINES = 16 * 1024;

    void add(std::string_view line);
    // Whether there is room for more. add() works even if not.
    [[nodiscard]] bool has_room() const noexcept {
        return bytes_ < MOST_BYTES && lines_.size() < MOST_LINES;
    }

    // For a new connection: the first line kept becomes message 1.
    void renumber() noexcept;
    // Messages up to number `last` are acknowledged. Returns whether any of them are new.
    bool acknowledge(std::uint64_t last);
    // Drops the oldest lines, which stay unacknowledged, until there is room.
    void forget_oldest();

    [[nodiscard]] const std::deque<std::string>& lines() const noexcept { return lines_; }
    [[nodiscard]] std::uint64_t count() const noexcept {
        return lines_.size() + forgotten_ + lost_;
    }
    [[nodiscard]] std::uint64_t added() const noexcept { return added_; }
    [[nodiscard]] std::uint64_t acknowledged() const noexcept { return added_ - count(); }

   private:
    void pop();

    std::deque<std::string> lines_;
    std::size_t bytes_ = 0;
    std::uint64_t first_number_ = 1;  // of lines_.front()
    std::uint64_t forgotten_ = 0;     // on this connection; their numbers precede the first's
    std::uint64_t lost_ = 0;          // on earlier connections
    std::uint64_t added_ = 0;
};

}  // namespace hark
