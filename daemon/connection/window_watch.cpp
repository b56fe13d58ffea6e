#include "daemon/connection/window_watch.hpp"

#include "daemon/connection/connection.hpp"
#include "daemon/connection/connection_set.hpp"

namespace hark {

namespace {

using namespace std::chrono_literals;

// How many turns begin within the time that a peer has.
constexpr int TURNS = 8;
// Connections checked at a time, so that nothing else waits for a whole turn.
constexpr std::size_t CONNECTIONS_AT_ONCE = 256;
constexpr Duration PAUSE = 1ms;

}  // namespace

WindowWatch::WindowWatch(EventLoop& loop, ConnectionSet& connections) noexcept
    : connections_{connections}, timer_{loop, method<&WindowWatch::on_timer>(*this)} {}

void WindowWatch::set_timeout(std::chrono::milliseconds timeout) noexcept {
    timeout_ = timeout;
    timer_.cancel();
    some_left_ = false;
    looked_at_ = 0;
    if (timeout_.count() > 0) arm();
}

void WindowWatch::arm() noexcept {
    timer_.arm_in(timeout_ / TURNS);
}

void WindowWatch::on_timer() noexcept {
    const auto page = connections_.index().page(looked_at_, CONNECTIONS_AT_ONCE);
    for (Connection* const connection : page) {
        looked_at_ = connection->number();
        some_left_ = connection->check_window(timeout_) || some_left_;
    }
    if (page.size() == CONNECTIONS_AT_ONCE) {
        timer_.arm_in(PAUSE);
        return;
    }
    looked_at_ = 0;
    if (some_left_) arm();
    some_left_ = false;
}

}  // namespace hark
