#include "daemon/connection/send_retry.hpp"

#include "daemon/connection/connection.hpp"
#include "daemon/connection/connection_set.hpp"

#include <chrono>
#include <utility>

namespace hark {

namespace {

constexpr Duration DELAY = std::chrono::milliseconds{50};

}  // namespace

SendRetry::SendRetry(EventLoop& loop, ConnectionSet& connections) noexcept
    : connections_{connections}, timer_{loop, method<&SendRetry::on_timer>(*this)} {}

void SendRetry::add(std::uint64_t number) {
    numbers_.push_back(number);
    if (!timer_.armed()) timer_.arm_in(DELAY);
}

void SendRetry::on_timer() noexcept {
    for (const std::uint64_t number : std::exchange(numbers_, {})) {
        Connection* const connection = connections_.index().find(number);
        if (connection != nullptr) connection->retry_output();
    }
}

}  // namespace hark
