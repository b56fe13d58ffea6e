// Peers that are turned away: each is told why, and given a second to read it, since a close with
// unread input would send a reset, which can destroy the words on their way. There is a place for
// a few at a time; more than those get their words and no second.
#pragma once

#include "common/loop/event_loop.hpp"
#include "common/sys/unique_fd.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace hark {

class Refusals {
   public:
    static constexpr std::size_t PLACES = 16;  // descriptors in use at most

    explicit Refusals(EventLoop& loop) noexcept;

    // Sends `line` and sees it out.
    void refuse(UniqueFd socket, std::string_view line) noexcept;
    // The same for one whose descriptor is needed at once.
    static void refuse_and_close(UniqueFd socket, std::string_view line) noexcept;

    // Whether nobody is left.
    [[nodiscard]] bool empty() const noexcept;

   private:
    class Place {
       public:
        explicit Place(EventLoop& loop) noexcept;
        void take(UniqueFd socket) noexcept;
        [[nodiscard]] bool free() const noexcept { return !socket_; }

       private:
        void on_ready(std::uint32_t events) noexcept;
        void leave() noexcept;

        UniqueFd socket_;
        FdWatch watch_;
        Timer timer_;
    };

    template <std::size_t... Index>
    Refusals(EventLoop& loop, std::index_sequence<Index...>) noexcept
        : places_{((void)Index, Place{loop})...} {}

    std::array<Place, PLACES> places_;
};

}  // namespace hark
