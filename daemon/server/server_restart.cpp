// A restart in place: the program on disk takes over, in this process, with its connections.
//
//   1. a trial: the program is run as a child, which reads the configuration and a state, and
//      confirms that. Clients are served meanwhile.
//   2. parting: connections that cannot go on, since a TLS session cannot be handed over, are read
//      once more and told; disks finish what they are syncing. All others are served meanwhile.
//   3. giving way, at the end of a round: the state is written and the program executed.
//
// Nothing is given away before the last step: whatever goes wrong, this program goes on, and says
// why.
#include "common/sys/error.hpp"
#include "common/text/printable.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/server/server.hpp"

#include <chrono>
#include <utility>

#include <fmt/core.h>
#include <signal.h>
#include <unistd.h>

namespace hark {

namespace {

using namespace std::chrono_literals;

constexpr Duration RESTART_TICK = 5ms;
// How long those that cannot go on may take to read why, and a disk to finish.
constexpr Duration PARTING_PATIENCE = 1s;
constexpr Duration DISK_PATIENCE = 5s;

}  // namespace

Status Server::begin_restart() noexcept {
    if (stopping_) return Status::failed("the daemon is stopping");
    if (restarting_) return Status::failed("another restart is under way");
    try {
        next_config_ = read_config_text(options_);
        const WrittenState state = write_state();
        tried_program_ = FileIdentity::of(program_.path);
        trial_.start(program_, CHECK_STATE, state.file, state.digest);
    } catch (const std::exception& problem) {
        note_refusal(problem.what());
        return Status::failed(problem.what());
    }
    restarting_ = true;
    return {};
}

void Server::on_trial_over() noexcept {
    if (stopping_) return;
    if (trial_.result().version.empty()) {
        refuse_restart(trial_.result().problem);
    } else {
        begin_parting();
    }
}

void Server::note_refusal(std::string_view problem) noexcept {
    refusal_ = fmt::format("restart was refused: {}", problem);
    diagnostics_.error("restart refused, this harkd goes on: {}", problem);
    log_.say_in_emergency(fmt::format("restart refused: {}", printable(problem)));
    systemd_.changed();
}

void Server::refuse_restart(std::string_view problem) noexcept {
    restarting_ = false;
    note_refusal(problem);
    if (control_ != nullptr) control_->answer_restart({}, problem);
    if (std::exchange(reload_is_due_, false)) static_cast<void>(reload());
}

void Server::begin_parting() noexcept {
    parting_began_ = loop_.now();
    log_.hold_still(true);
    for (const auto& listener : listeners_) {
        if (listener->config().tls_context != nullptr) listener->hold_back(true);
    }
    context_->last_read_bytes = ConnectionContext::READ_BYTES;
    context_->connections.for_each([this](Connection& connection) {
        if (connection.can_travel() || !connection.is_open()) return;
        connection.shut_down(log_.accepting(), Reason::restart);
        if (log_.write_is_due()) log_.write();
    });
    if (control_ != nullptr) control_->answer_restart(trial_.result().version, {});
    restart_timer_.arm(loop_.now());
}

bool Server::some_cannot_travel() const {
    bool some = false;
    context_->connections.for_each(
        [&some](const Connection& connection) { some = some || !connection.can_travel(); });
    return some;
}

void Server::on_restart_tick() noexcept {
    if (stopping_) return;
    const Duration time = loop_.now() - parting_began_;
    const bool still = log_.is_still();
    if (!still && time >= DISK_PATIENCE) {
        stay("the disk does not finish what the log has written");
    } else if (!still || (time < PARTING_PATIENCE && some_cannot_travel())) {
        restart_timer_.arm_in(RESTART_TICK);
    } else {
        give_way_task_.schedule();
    }
}

// Undoes what begin_parting() did.
void Server::stay(std::string_view problem) noexcept {
    log_.hold_still(false);
    for (const auto& listener : listeners_) listener->hold_back(false);
    refuse_restart(problem);
}

void Server::give_way() noexcept {
    if (stopping_) return;
    context_->connections.for_each([](Connection& connection) {
        if (!connection.can_travel()) connection.abandon();
    });
    arrivals_.close_handshakes(Refusal::restarting);
    log_.write();
    systemd_.reloading();
    // The reload happens when signals are read again, here or in the next process.
    if (std::exchange(reload_is_due_, false)) ::kill(::getpid(), SIGHUP);
    std::string problem;
    try {
        const WrittenState state = write_state();
        if (FileIdentity::of(program_.path) == tried_program_) {
            const int error = execute(program_, command_line(program_, TAKE_OVER, state.file.get()),
                                      state.inherited);
            problem = fmt::format("cannot execute {}: {}", program_.path, errno_text(error));
        } else {
            problem = fmt::format("{} has changed since its trial", program_.path);
        }
    } catch (const std::exception& failure) {
        problem = failure.what();
    }
    systemd_.reloaded();
    stay(problem);
}

}  // namespace hark
