// What is done to a daemon.
#include "daemon/log/sink.hpp"
#include "tests/prove/world.hpp"

#include <algorithm>
#include <chrono>

namespace hark::prove {

using namespace std::chrono_literals;

std::string_view name(Act act) noexcept {
    static constexpr std::array<std::string_view, ACTS> NAMES{
        "rotation",      "file deleted",     "folder deleted", "file truncated",
        "reload",        "restart in place", "kill",           "power cut",
        "client kicked", "clock set",        "bad weather",    "restart given up"};
    return NAMES[static_cast<std::size_t>(act)];
}

void World::act() {
    const bool trouble = !daemon_->log.accepting();
    const std::uint64_t most = trouble ? static_cast<std::uint64_t>(Act::kick) : ACTS + 1;
    const auto act = static_cast<Act>(std::min<std::uint64_t>(below(most), ACTS - 2));
    if (perform(act)) note(act);
}

// Returns whether the act could be done.
bool World::perform(Act act) {
    switch (act) {
        case Act::rotate:
            if (!meddle(act)) return false;
            // Half of the time, the daemon is not told.
            if (below(2) == 0) static_cast<void>(daemon_->sink().reopen());
            return true;
        case Act::remove:
        case Act::remove_folder:
        case Act::truncate:
            return meddle(act);
        case Act::reload:
            files_.make_folder();
            static_cast<void>(daemon_->sink().reopen());
            return true;
        case Act::restart:
            return restart();
        case Act::kill:
            kill();
            disk_.forget_failures(files_.path());
            begin_daemon();
            return true;
        case Act::cut_power:
            kill();
            if (sync_) files_.cut_power(random_);
            begin_daemon();
            return sync_;
        case Act::kick:
            if (Connection* const one = daemon_->context->connections.index().find(
                    1 + below(daemon_->last_connection))) {
                static_cast<void>(one->kick("go away"));
            }
            return true;
        case Act::set_clock:
            clock_.set_wall(clock_.wall() + std::chrono::seconds{below(20'000)} - 10'000s);
            return true;
        case Act::bad_weather:
            kernel_.set_weather(below(3) == 0 ? 0 : static_cast<unsigned>(2 + below(40)));
            return true;
        case Act::stay:
            break;
    }
    return false;
}

// What is done to a file behind the daemon's back.
bool World::meddle(Act act) {
    if (act == Act::rotate) return files_.rename();
    if (act == Act::truncate) return files_.truncate();
    return files_.remove(act == Act::remove_folder, clock_.monotonic(),
                         kernel_.count(Fault::stat_failed));
}

void World::kill() {
    SinkHandover state;
    daemon_->sink().hand_over(state);
    files_.writer_dies(state.fd);
    end_daemon();
}

}  // namespace hark::prove
