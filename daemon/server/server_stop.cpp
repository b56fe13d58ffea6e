// Stopping, within five seconds: new peers are rejected; every peer is read once more, sent a
// farewell, and given time to leave; the log gets time to store what it has. If it does not,
// messages still unacknowledged are refused (451).
#include "daemon/config/exit_status.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/server/server.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hark {

namespace {

using namespace std::chrono_literals;

constexpr Duration TICK = 5ms;
// Counted from the beginning of the stop.
constexpr Duration READ_PATIENCE = 2500ms;
constexpr Duration LOG_PATIENCE = 3s;
constexpr Duration PEER_PATIENCE = 4s;
constexpr Duration LAST_PATIENCE = 4500ms;
// The most bytes that the last reads of all peers take, shared evenly. They may be lines of one
// byte.
constexpr std::size_t LAST_READS = 8 << 20;
constexpr std::size_t LEAST_LAST_READ = 1024;

}  // namespace

void Server::begin_stop(std::string_view reason) noexcept {
    stopping_ = true;
    if (std::exchange(restarting_, false)) log_.hold_still(false);
    admission_.close();
    context_->stopping = true;
    stop_began_ = loop_.now();
    const std::array details{Detail{Key::reason, reason}};
    record_event(Event::stopping, details);
    systemd_.stopping();
    for (const auto& listener : listeners_) {
        // Peers waiting at an activated socket are left for the next start: it stays open
        // elsewhere.
        if (!listener->config().activated) listener->accept_all();
    }
    listeners_.clear();
    arrivals_.close(Refusal::shutting_down);

    // A log that was paused may be accepting again.
    log_.write();
    const std::size_t connections = std::max<std::size_t>(context_->connections.size(), 1);
    context_->last_read_bytes = std::max(LAST_READS / connections, LEAST_LAST_READ);
    shut_down_connections();
    const Counters& counters = context_->counters;
    diagnostics_.info(
        "{} connections, {} refused, {} probes; {} messages, {} kept as bytes; "
        "{} bytes read, {} discarded",
        counters.connections, counters.refused, counters.probes, counters.messages,
        counters.kept_as_bytes, counters.bytes, counters.discarded);
    stop_timer_.arm_in(TICK);
}

// Shuts down connections while the log is accepting; the others are left for later, as long as it
// may recover. Once it is late, their input is no longer read.
void Server::shut_down_connections() noexcept {
    context_->connections.for_each([this](Connection& connection) {
        if (!connection.is_open()) return;
        const bool accepting = log_.accepting();
        // The earlier connections may have taken long.
        const bool late = loop_.now() + loop_.worked() - stop_began_ >= READ_PATIENCE;
        if (accepting || late) connection.shut_down(accepting && !late, Reason::shutdown);
        if (log_.write_is_due()) log_.write();
    });
}

void Server::on_stop_tick() noexcept {
    const Duration time = loop_.now() - stop_began_;
    log_.write();
    shut_down_connections();
    if (!gave_up_ && time >= LOG_PATIENCE && log_.stored() < log_.appended()) {
        gave_up_ = true;
        // Messages reported as not stored must not be stored afterwards.
        log_.give_up();
        const std::string reason = log_.trouble();
        if (context_->replies.refuse({reason, log_.stored_somewhere()})) exit_status_ = EXIT_FAILED;
    }
    if (time >= PEER_PATIENCE) {
        context_->connections.for_each([](Connection& connection) { connection.abandon(); });
    }
    if (all_is_over() || time >= LAST_PATIENCE) {
        loop_.stop();
    } else {
        stop_timer_.arm_in(TICK);
    }
}

bool Server::all_is_over() const noexcept {
    return context_->connections.size() == 0 && refusals_.empty() &&
           (gave_up_ || log_.stored() == log_.appended());
}

}  // namespace hark
