// Rejected peers: each gets a line with the reason, or none, and a second to read it, since closing
// with unread input would send a reset, which can destroy the line in flight. Only a few peers can
// linger at a time; when all places are taken, further ones get their line and are closed at once.
#pragma once

#include "common/loop/event_loop.hpp"
#include "common/sys/unique_fd.hpp"

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace hark {

class Refusals {
   public:
    static constexpr std::size_t PLACES = 16;  // maximum number of descriptors

    explicit Refusals(EventLoop& loop) noexcept;

    // Sends `line`, which may be empty, and lingers until the peer has read it.
    void refuse(UniqueFd socket, std::string_view line) noexcept;
    // The same, but closes at once, since the descriptor is needed.
    static void refuse_and_close(UniqueFd socket, std::string_view line) noexcept;

    // The sockets of lingering peers, for another process, where they linger again.
    [[nodiscard]] std::vector<int> sockets() const;

    // How many peers may linger from now on, at most PLACES: each holds a descriptor.
    void set_places(std::size_t places) noexcept { usable_ = places; }

    // Whether no rejected peer is left.
    [[nodiscard]] bool empty() const noexcept;

   private:
    class Place {
       public:
        explicit Place(EventLoop& loop) noexcept;
        void take(UniqueFd socket) noexcept;
        [[nodiscard]] bool free() const noexcept { return !socket_; }
        [[nodiscard]] int socket() const noexcept { return socket_.get(); }

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
    std::size_t usable_ = PLACES;
};

}  // namespace hark
