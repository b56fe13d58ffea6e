// Makes calls one after another, waiting for each reply: for commands that do one thing and exit.
#pragma once

#include "common/loop/event_loop.hpp"
#include "tools/cli/ending_signals.hpp"
#include "tools/control/control_connection.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace hark {

class ControlSession final : private ControlListener {
   public:
    // Connects; `path` as in ControlConnection::open(). Throws ControlError and SystemError.
    explicit ControlSession(const std::string& path);

    // Calls org.harkd.`method` and returns its reply. Throws ControlError, also if the daemon
    // replies with an error, or if a signal ends the program.
    [[nodiscard]] varlink::JsonBox call(std::string_view method,
                                        std::initializer_list<varlink::Parameter> parameters = {});

   private:
    void on_reply(const varlink::Reply& reply) noexcept override;
    void on_control_failure(const ControlFailure& failure) noexcept override;
    void on_signal(int signal) noexcept;

    SystemClock clock_;
    EventLoop loop_{clock_};
    EndingSignals signals_;
    ControlConnection connection_;
    std::optional<varlink::Reply> reply_;
    std::optional<ControlFailure> failure_;
};

}  // namespace hark
