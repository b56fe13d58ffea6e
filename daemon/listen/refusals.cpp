#include "daemon/listen/refusals.hpp"

#include "common/sys/calls.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>

namespace hark {

namespace {

constexpr Duration TIME_TO_READ = std::chrono::seconds{1};

void say(int socket, std::string_view line) noexcept {
    // A new socket always has room for one line.
    static_cast<void>(sys::send(socket, line.data(), line.size()));
    sys::shutdown_write(socket);
}

}  // namespace

Refusals::Refusals(EventLoop& loop) noexcept : Refusals{loop, std::make_index_sequence<PLACES>{}} {}

void Refusals::refuse(UniqueFd socket, std::string_view line) noexcept {
    const auto usable = std::span{places_}.first(std::min(usable_, PLACES));
    const auto place = std::ranges::find_if(usable, &Place::free);
    if (place == usable.end()) {
        refuse_and_close(std::move(socket), line);
        return;
    }
    say(socket.get(), line);
    place->take(std::move(socket));
}

void Refusals::refuse_and_close(UniqueFd socket, std::string_view line) noexcept {
    say(socket.get(), line);
}

std::vector<int> Refusals::sockets() const {
    std::vector<int> sockets;
    for (const Place& place : places_) {
        if (!place.free()) sockets.push_back(place.socket());
    }
    return sockets;
}

bool Refusals::empty() const noexcept {
    return std::ranges::all_of(places_, &Place::free);
}

Refusals::Place::Place(EventLoop& loop) noexcept
    : watch_{loop, method<&Place::on_ready>(*this)}, timer_{loop, method<&Place::leave>(*this)} {}

void Refusals::Place::take(UniqueFd socket) noexcept {
    socket_ = std::move(socket);
    if (watch_.start(socket_.get(), EPOLLIN | EPOLLRDHUP) < 0) {
        leave();
        return;
    }
    timer_.arm_in(TIME_TO_READ);
}

void Refusals::Place::on_ready(std::uint32_t) noexcept {
    std::array<char, 4096> unread;
    const ssize_t count = sys::recv(socket_.get(), unread.data(), unread.size());
    if (count == 0 || (count < 0 && count != -EAGAIN)) leave();
}

void Refusals::Place::leave() noexcept {
    timer_.cancel();
    watch_.stop();
    socket_.reset();
}

}  // namespace hark
